import Foundation
import LinuxSystem
import PluginHost
import Synchronization
import Testing

/// One host, and one failure after the other at each step of the transaction, with what has to come of each (HR-4, HR-5).
final class FaultTrial: Sendable {
    /// How the host is configured: one of all combinations.
    struct Setup: Hashable, Sendable, Codable, CustomStringConvertible {
        var strategy: String
        var attempts: Int
        var cooldown: Int
        var rollsBack: Bool
        var preserves: Bool

        static let all: [Setup] = ["immediate", "debounced", "manual", "on-idle"].flatMap { strategy in
            [1, 3].flatMap { attempts in
                [0, 3].flatMap { cooldown in
                    [false, true].flatMap { rollsBack in
                        [false, true].map { preserves in
                            Setup(
                                strategy: strategy,
                                attempts: attempts,
                                cooldown: cooldown,
                                rollsBack: rollsBack,
                                preserves: preserves
                            )
                        }
                    }
                }
            }
        }

        var description: String {
            "\(strategy), \(attempts) attempts, cooldown \(cooldown) ms, rollback \(rollsBack ? "on" : "off"), "
                + "state \(preserves ? "kept" : "not kept")"
        }

        var reloadStrategy: ReloadStrategy {
            switch strategy {
            case "immediate": .immediate
            case "debounced": .debounced(.milliseconds(2))
            case "manual": .manual
            default: .onIdle(window: .milliseconds(2), bound: .milliseconds(5))
            }
        }
    }

    /// Where the failure is.
    enum Step: String, CaseIterable, Sendable, Codable {
        // The image: its copy, its mapping, its factory.
        case copy
        case map
        case factory
        // What the new generation refuses.
        case create
        case load
        case initialise
        case check
        case restore
        case start
        case health
        // What the old one refuses, or a call that does not end.
        case drain
        case pause
        case save
        // After the switch.
        case stop
        case snapshots
        case builds
        case journal
        case probation
    }

    /// What has to come of it.
    enum Verdict {
        /// The attempts fail with this code, and the build is set aside.
        case refused(code: String, attempts: Int)
        /// The new generation serves.
        case served
        /// The new generation serves, and this is said about it.
        case servedWith(complaint: String)
        /// The old generation serves again.
        case rolledBack
    }

    let setup: Setup
    /// What the failures name.
    let seed: UInt64
    let shop: Workshop
    let faults = Faults()
    private let tag = Mutex(0)

    init(_ setup: Setup, seed: UInt64) throws {
        self.setup = setup
        self.seed = seed
        shop = try Workshop()
    }

    var configuration: HostConfiguration {
        shop.configuration {
            $0.strategy = setup.reloadStrategy
            $0.maximumAttempts = setup.attempts
            $0.cooldown = .milliseconds(setup.cooldown)
            $0.rollsBackAutomatically = setup.rollsBack
            $0.preservesState = setup.preserves
            // Long enough for a check of health to come and to end on a busy machine.
            $0.drainTimeout = .milliseconds(500)
            $0.probation = .seconds(3)
            $0.probationHealthInterval = .milliseconds(10)
            $0.historyLimit = 5
        }
    }

    var flag: String { shop.root + "/flag" }

    // MARK: The oracle

    private func verdict(_ step: Step) -> Verdict {
        func refused(_ code: String) -> Verdict { .refused(code: code, attempts: setup.attempts) }
        switch step {
        case .copy: return refused("storage")
        case .map: return refused("exhausted")
        // An error that can't pass by itself.
        case .factory: return .refused(code: "bad-descriptor", attempts: 1)
        case .create, .load, .initialise, .start: return refused("failed")
        case .health: return refused("unhealthy")
        case .check, .restore: return setup.preserves ? refused("state-refused") : .served
        case .drain:
            // Without a state that moves, nobody waits for the call before the switch.
            return setup.preserves ? refused("timed-out") : .servedWith(complaint: "could not be ended")
        case .pause, .save: return setup.preserves ? refused("failed") : .served
        case .stop: return .servedWith(complaint: "stop failed")
        case .snapshots: return setup.preserves ? .servedWith(complaint: "No space left on device") : .served
        case .builds, .journal: return .servedWith(complaint: "No space left on device")
        case .probation: return setup.rollsBack ? .rolledBack : .servedWith(complaint: "automatic rollback is off")
        }
    }

    // MARK: Running

    private func behaviour(_ more: String = "") -> String {
        let tag = tag.withLock { tag in
            tag += 1
            return tag
        }
        return "id=a;concurrent=1;tag=\(tag)" + (more.isEmpty ? "" : ";" + more)
    }

    /// Fails at each step, in this order.
    func run(_ steps: [Step]) async throws {
        try shop.install(behaviour())
        try await TestHost.run(configuration, calls: faults.calls) { test async throws in
            for step in steps { try await run(step, test) }
            // Nothing came later, and nothing twice.
            let kept = await test.host.recentEvents().suffix(200).map(\.event)
            #expect(kept == test.events.suffix(200).map(\.event))
        }
        try checkDisk()
    }

    private func run(_ step: Step, _ test: TestHost) async throws {
        // The generation that is to stay, which may itself misbehave as long as the flag is there.
        try await takeGood(["pause", "save", "stop"].contains(step.rawValue) ? "fail=\(step);while=\(flag)" : "", test)
        let before = try await test.status()
        let value = try #require(Int(try await test.call("increment", "10")))
        let oldTag = try await test.call("tag")
        let mark = test.events.count
        let said = test.log.count

        var stuck: OnThread<String>?
        let handle = try await test.host.plugin("a")
        let end = shop.root + "/end-\(oldTag)"
        switch step {
        case .copy: faults.begin { call, path in call == .write && path.contains("/images/") ? ENOSPC : nil }
        case .map: faults.begin { call, _ in call == .openLibrary ? ENOMEM : nil }
        case .snapshots, .builds, .journal:
            faults.begin { call, path in call == .write && path.contains("\(step)") ? ENOSPC : nil }
        case .pause, .save, .stop: _ = FileManager.default.createFile(atPath: flag, contents: nil)
        case .drain:
            stuck = OnThread { try handle.call("block", text: end) }
            try await until("the call is in flight") { try await test.status().inFlight == 1 }
        default: break
        }
        let bad =
            switch step {
            case .factory, .create, .load, .initialise, .check, .restore, .start, .health: behaviour("fail=\(step)")
            case .probation: behaviour("unhealthyafter=1")
            default: behaviour()
            }
        let newTag = String(tag.withLock { $0 })
        try shop.install(bad)
        if setup.strategy == "manual" { _ = await test.host.reload(["a"]) }

        let note = Comment(rawValue: "\(step) with \(setup), seed \(seed)")
        switch verdict(step) {
        case .refused(let code, let attempts):
            try await until("the build is set aside: \(note)") {
                test.events.dropFirst(mark).contains { $0.event == .reloadCompleted }
            }
            // A heart may beat in between.
            let others: Set<PluginEvent.Kind> = [.stateChanged, .changeNoticed, .heartbeat]
            let news = test.events.dropFirst(mark).filter { !others.contains($0.event) }
            #expect(news.map(\.event) == Self.refusal(attempts: attempts), note)
            #expect(news.filter { $0.event == .reloadFailed }.map(\.attempt) == Array(1...attempts), note)
            #expect(news.filter { $0.event == .reloadStarted }.map(\.attempt) == Array(1...attempts), note)
            #expect(news.last?.success == false, note)
            let codes = Set(news.filter { $0.event == .reloadFailed }.map { $0.error?.prefix { $0 != ":" } })
            #expect(codes == [Substring(code)], note)
            let status = try await test.status()
            #expect(status.generation == before.generation && status.state == "running", note)
            #expect(status.failedReloads == before.failedReloads + attempts, note)
            #expect(status.quarantine?.reason.hasPrefix(code) == true, note)
            #expect(status.quarantine?.build == SHA256(of: Array(try Workshop.adaptable(bad))).description, note)
            #expect(status.nextRetry == nil && status.heldCalls == 0, note)
            #expect(try await test.call("tag") == oldTag, note)
            #expect(try await test.call("increment") == "\(value + 1)", note)
        case .served:
            try await served(newTag, test, since: mark, value: value, note)
        case .servedWith(let complaint):
            try await served(newTag, test, since: mark, value: value, note)
            try await until("the complaint: \(note)") {
                test.log.dropFirst(said).contains { $0.message.contains(complaint) && $0.level >= .warning }
            }
        case .rolledBack:
            try await until("the rollback: \(note)") {
                let news = test.events.dropFirst(mark)
                return news.contains { $0.event == .rollbackTriggered }
                    && news.count { $0.event == .reloadCompleted } == 2
            }
            #expect(try await test.call("tag") == oldTag, note)
            #expect(try await test.call("value") == (setup.preserves ? "\(value)" : "0"), note)
            let status = try await test.status()
            #expect(status.generation == before.generation + 2, note)
            #expect(status.quarantine?.build == SHA256(of: Array(try Workshop.adaptable(bad))).description, note)
        }

        faults.end()
        try? FileManager.default.removeItem(atPath: flag)
        if let stuck {
            _ = FileManager.default.createFile(atPath: end, contents: nil)
            _ = try await stuck.value
        }
        if case .refused(let code, _) = verdict(step), ["storage", "exhausted"].contains(code) {
            // The fault is gone: whoever asks for the same build gets it.
            let result = try #require(await test.host.reload(["a"]).first)
            #expect(result.success && !result.unchanged, note)
            #expect(try await test.call("tag") == newTag, note)
            #expect(try await test.status().quarantine == nil, note)
        }
        try await hearAll(test)
    }

    /// Waits until all events so far have arrived.
    private func hearAll(_ test: TestHost) async throws {
        let word = "\(test.events.count)"
        _ = try await test.call("emit", word)
        try await until("all events have arrived") {
            test.events.last { $0.event == .custom }?.data == Array(word.utf8)
        }
    }

    /// Puts a good build in place, and waits until it serves with the state of the one before.
    private func takeGood(_ more: String, _ test: TestHost) async throws {
        let value = try await test.call("value")
        let mark = test.events.count
        let behaviour = behaviour(more)
        let tag = String(tag.withLock { $0 })
        try shop.install(behaviour)
        if setup.strategy == "manual" { _ = await test.host.reload(["a"]) }
        let note = Comment(rawValue: "a good build with \(setup), seed \(seed)")
        try await served(tag, test, since: mark, value: Int(value), note)
        let news = test.events.dropFirst(mark).filter { $0.event == .reloadStarted || $0.event == .reloadCompleted }
        #expect(news.map(\.event) == [.reloadStarted, .reloadCompleted], note)
        #expect(news.last?.attempt == 1 && news.last?.success == true, note)
    }

    private func served(_ tag: String, _ test: TestHost, since mark: Int, value: Int?, _ note: Comment) async throws {
        try await until("tag \(tag) serves: \(note)") {
            test.events.dropFirst(mark).contains { $0.event == .reloadCompleted }
        }
        #expect(try await test.call("tag") == tag, note)
        #expect(try await test.call("value") == (setup.preserves ? value.map(String.init) : "0"), note)
        #expect(try await test.status().quarantine == nil, note)
    }

    /// What the disk has when the host has ended: a journal that fits the builds and the snapshots beside it.
    private func checkDisk() throws {
        let store = try StateDirectory(path: shop.state).plugin("a")
        let reading = try store.loadJournal()
        #expect(reading.damage == nil)
        let journal = reading.journal
        #expect(journal.records.count == 5 && journal.live?.generation == journal.nextGeneration - 1)
        for record in journal.records {
            #expect(throws: Never.self) { _ = try store.builds.load(record.build) }
            if let name = record.snapshot { #expect(throws: Never.self) { _ = try store.snapshots.load(name) } }
        }
        let leftovers = try Directory.names(shop.state + "/images")
        #expect(leftovers == [], "\(setup)")
    }

    private static func refusal(attempts: Int) -> [PluginEvent.Kind] {
        Array(repeating: [.reloadStarted, .reloadFailed], count: attempts).flatMap(\.self) + [.reloadCompleted]
    }

    private func until(_ what: String, _ condition: () async throws -> Bool) async throws {
        let limit = ContinuousClock.now + .seconds(300)
        while try await !condition() {
            // Waiting in vain is told with what was waited for.
            try #require(ContinuousClock.now < limit, "\(what)")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
