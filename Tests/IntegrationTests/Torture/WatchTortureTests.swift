import CLinux
import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("A watched directory, by torture", .limited, .timeLimit(.minutes(Torture.isLong ? 30 : 10)))
struct WatchTortureTests {
    private static let removalGrace = Duration.seconds(30)

    /// Checks, after all windows are over, that each content was announced once, in order and without an error.
    private static func check(_ test: TestHost, _ plugin: String = "a", reloads: Int) async throws {
        var completed: [PluginEvent] = []
        // It is told after the switch.
        try await test.until("\(reloads) reloads") {
            completed = test.events(.reloadCompleted).filter { $0.plugin == plugin }
            return completed.count >= reloads
        }
        #expect(completed.map(\.generation) == (0..<reloads).map { UInt64($0) + 2 }, Torture.seedNote)
        #expect(test.events(.reloadStarted).filter { $0.plugin == plugin }.count == reloads, Torture.seedNote)
        #expect(test.events(.loaded).filter { $0.plugin == plugin }.count == 1, Torture.seedNote)
        #expect(!test.events.contains { $0.error != nil || $0.success == false }, Torture.seedNote)
    }

    @Test("that is a volume serves each of 100 swaps of ..data, with one reload for each (HR-9)")
    func swapsVolume() async throws {
        let shop = try Workshop()
        let manager = FileManager.default
        // As the kubelet does it: a new directory with all files, a new link, a rename, and the old directory goes.
        func publish(_ number: Int) throws {
            let directory = "..2026_\(number)"
            try manager.createDirectory(atPath: shop.path(directory), withIntermediateDirectories: true)
            try Workshop.write(try Workshop.adaptable("id=a;tag=\(number)"), to: shop.path(directory + "/liba.so"))
            try manager.createSymbolicLink(atPath: shop.path("..data_tmp"), withDestinationPath: directory)
            #expect(rename(shop.path("..data_tmp"), shop.path("..data")) == 0)
            try? manager.removeItem(atPath: shop.path("..2026_\(number - 1)"))
        }
        try publish(0)
        try manager.createSymbolicLink(atPath: shop.path("liba.so"), withDestinationPath: "..data/liba.so")
        let configuration = shop.configuration {
            $0.removalGrace = Self.removalGrace
            $0.maximumEventsPerSecond = 10_000
        }
        let swaps = Torture.rounds(short: 100, long: 1000)
        try await TestHost.run(configuration) { test async throws in
            for number in 1...swaps {
                try publish(number)
                try await test.until("swap \(number)") { try await test.call("tag") == "\(number)" }
            }
            try await Self.check(test, reloads: swaps)
            // Without waiting: only the last counts, and whatever else is served was one of them.
            for number in swaps + 1...swaps + 20 { try publish(number) }
            try await test.until("the last swap") { try await test.call("tag") == "\(swaps + 20)" }
            #expect(!test.events.contains { $0.error != nil || $0.success == false })
        }
    }

    /// A way to put a directory with other contents in the place of the one that is watched.
    private enum Replacement: CaseIterable {
        case remake, moveAway, renameOver, exchange, link, relink, parent, parentLink
    }

    @Test("that is removed, replaced and made again ends in one reload of each content (HR-10)")
    func replacesDirectories() async throws {
        let shop = try Workshop()
        let place = shop.root + "/place"
        let plugins = place + "/plugins"
        let manager = FileManager.default
        var serial = 0
        func fresh() -> String {
            serial += 1
            return "\(shop.root)/old-\(serial)"
        }
        func make(_ directory: String, tag: Int) throws {
            try manager.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try Workshop.write(try Workshop.adaptable("id=a;tag=\(tag)"), to: directory + "/liba.so")
        }
        func replace(_ way: Replacement, tag: Int) throws {
            let aside = fresh()
            switch way {
            case .remake:
                try manager.removeItem(atPath: plugins)
                try make(plugins, tag: tag)
            case .moveAway:
                rename(plugins, aside)
                try make(plugins, tag: tag)
            case .renameOver:
                let next = fresh()
                try make(next, tag: tag)
                rename(plugins, aside)
                rename(next, plugins)
            case .exchange:
                try make(aside, tag: tag)
                #expect(clinux_renameat2(AT_FDCWD, aside, AT_FDCWD, plugins, 2) == 0)
            case .link:
                try make(aside, tag: tag)
                rename(plugins, fresh())
                symlink(aside, plugins)
            case .relink:
                let link = fresh()
                try make(aside, tag: tag)
                symlink(aside, link)
                // A link does not replace a directory.
                if rename(link, plugins) != 0 { #expect(clinux_renameat2(AT_FDCWD, link, AT_FDCWD, plugins, 2) == 0) }
            case .parent:
                rename(place, aside)
                try make(plugins, tag: tag)
            case .parentLink:
                try make(aside + "/plugins", tag: tag)
                rename(place, fresh())
                symlink(aside, place)
            }
        }
        try make(plugins, tag: 0)
        let configuration = shop.configuration {
            $0.pluginDirectories = [plugins]
            $0.removalGrace = Self.removalGrace
            $0.maximumEventsPerSecond = 10_000
        }
        let rounds = Torture.rounds(short: 16, long: 400)
        try await Torture.namingSeed {
            try await TestHost.run(configuration) { test async throws in
                var generator = Torture.generator()
                for round in 1...rounds {
                    // Each way first, so that the short form has all of them.
                    let ways = Replacement.allCases
                    let way = round <= ways.count ? ways[round - 1] : ways.randomElement(using: &generator) ?? .remake
                    try replace(way, tag: round)
                    try await test.until("\(way), round \(round)") { try await test.call("tag") == "\(round)" }
                }
                try await Self.check(test, reloads: rounds)
                try await test.until("no trouble is left") { await test.host.status().host.troubles.isEmpty }
            }
        }
    }

    @Test("with more events than the queue holds loses no content (HR-10)")
    func overflows() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=0")
        try shop.install("id=b", as: "libb.so")
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let count = try #require(Int(limit.prefix { $0.isNumber })) + 1000
        // A flood leaves the events with the kernel, so that its queue fills up.
        let configuration = shop.configuration { $0.maximumEventsPerSecond = 1 }
        let losses = Torture.rounds(short: 1, long: 20)
        try await TestHost.run(configuration) { test async throws in
            var round = 0
            // When the machine is busy the host may be as fast as the storm.
            while test.log.count(where: { $0.message.contains("events were lost") }) < losses {
                round += 1
                let (a, b) = (shop.path("liba.so"), shop.path("libb.so"))
                // Two names in turn, since the kernel joins equal events.
                try await OnThread { for number in 0..<count { chmod(number % 2 == 0 ? a : b, 0o755) } }.value
                try shop.install("id=a;tag=\(round)")
                try await test.until("round \(round)") { try await test.call("tag") == "\(round)" }
            }
            try await Self.check(test, reloads: round)
            try await Self.check(test, "b", reloads: 0)
        }
    }

    @Test("loads no file that somebody is writing to, on command neither, and forgets none (HR-9)")
    func hasWriterOnCommand() async throws {
        let shop = try Workshop()
        try shop.install("id=a;tag=1")
        try await TestHost.run(shop.configuration { $0.strategy = .manual }) { test async throws in
            try shop.install("id=a;tag=2")
            try await test.until(.changeNoticed)
            let writer = open(shop.path("liba.so"), O_WRONLY | O_CLOEXEC)
            let refused = try #require(await test.host.reload(["a"]).first)
            #expect(!refused.success && refused.code == "busy")
            #expect(try await test.call("tag") == "1")
            close(writer)
            // Closed without a change: it is told once more, for it could not be read.
            try await test.until(.changeNoticed, count: 2)
            #expect(await test.host.reload(["a"]).first?.success == true)
            #expect(try await test.call("tag") == "2")
            #expect(test.events(.reloadFailed).isEmpty)
        }
    }
}
