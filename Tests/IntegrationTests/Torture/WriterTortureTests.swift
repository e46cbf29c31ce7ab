import PluginHost
import TestSupport
import Testing

@Suite("Writers, by torture", .limited, .timeLimit(.minutes(Torture.isLong ? 60 : 10)))
struct WriterTortureTests {
    /// How a host is configured while it is tortured.
    struct Setting: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let window: Duration
        var eventsPerSecond = 10_000
        var isImmediate = false
        var tracks = 4
        var writers = 2
        let short: Int
        let long: Int
    }

    static let settings = [
        Setting(testDescription: "debounced", window: .milliseconds(80), short: 4, long: 200),
        Setting(
            testDescription: "immediate",
            window: .milliseconds(80),
            isImmediate: true,
            writers: 1,
            short: 4,
            long: 100
        ),
        Setting(
            testDescription: "more events than are handled",
            window: .milliseconds(80),
            eventsPerSecond: 30,
            tracks: 2,
            short: 1,
            long: 50
        ),
    ]

    @Test("never load half a file, and end on the last content with one reload of it (HR-9)", arguments: settings)
    func end(setting: Setting) async throws {
        let shop = try Workshop()
        let files = try (0..<setting.tracks).map { try TorturedFile("p\($0)", in: shop, window: setting.window) }
        let configuration = shop.configuration {
            $0.strategy = setting.isImmediate ? .immediate : .debounced(setting.window)
            $0.removalGrace = .seconds(30)
            $0.maximumEventsPerSecond = setting.eventsPerSecond
            $0.historyLimit = 50
            $0.retiredGenerationsWarning = 1_000_000
        }
        try await Torture.namingSeed {
            try await TestHost.run(configuration) { test async throws in
                try await withThrowingTaskGroup { group in
                    for (track, file) in files.enumerated() {
                        group.addTask { try await Self.torture(file, track, setting, test) }
                    }
                    try await group.waitForAll()
                }
                // Its window ends after all those that began before.
                try Workshop.write(try Workshop.adaptable("id=fence"), to: shop.path("libfence.so"))
                try await test.until(generation: 1, of: "fence")
                for file in files { try await Self.checkEnd(of: file, test) }
            }
        }
    }

    /// Rounds in which writers do what they like to one file, and then stop.
    private static func torture(_ file: TorturedFile, _ track: Int, _ setting: Setting, _ test: TestHost) async throws {
        let operations = setting.isImmediate ? TorturedFile.Operation.inOneGo : TorturedFile.Operation.allCases
        var seen = 0
        var served: UInt64 = 1
        for round in 0..<Torture.rounds(short: setting.short, long: setting.long) {
            file.startRound()
            let writers = (0..<setting.writers).map { writer in
                OnThread {
                    var generator = Torture.generator(part: track << 32 | round << 8 | writer)
                    for _ in 0..<Int.random(in: 1...5, using: &generator) {
                        file.perform(operations.randomElement(using: &generator) ?? .rename, &generator)
                        file.rest(&generator)
                    }
                }
            }
            for writer in writers { try await writer.value }
            let final = try await OnThread {
                var generator = Torture.generator(part: track << 32 | round << 8 | 255)
                file.finish(&generator)
                return file.buildOnDisk ?? ""
            }.value
            let place: Comment = "\(file.plugin), round \(round), \(setting.testDescription): \(Torture.seedNote)"
            try await test.until("the last content serves: \(place)") {
                try await test.status(file.plugin).build == final
            }
            guard file.keptPace else {
                served = try await test.status(file.plugin).generation
                seen = test.events.count
                continue
            }
            let generations = try await test.host.history(of: file.plugin).filter { $0.generation > served }
            for record in generations { #expect(file.isWhole(record.build), "\(record): \(place)") }
            served = try await test.status(file.plugin).generation
            let news = test.events.dropFirst(seen)
            seen += news.count
            let bad = news.filter { $0.plugin == file.plugin && ($0.error != nil || $0.success == false) }
            #expect(bad.isEmpty, place)
        }
    }

    /// Each generation was announced once, and the last content is the last generation.
    private static func checkEnd(of file: TorturedFile, _ test: TestHost) async throws {
        let status = try await test.status(file.plugin)
        #expect(status.build == file.buildOnDisk, Torture.seedNote)
        #expect(status.state == "running" && status.pendingChange == false, Torture.seedNote)
        let completed = test.events(.reloadCompleted).filter { $0.plugin == file.plugin && $0.success == true }
        #expect(completed.map(\.generation) == completed.indices.map { UInt64($0) + 2 }, Torture.seedNote)
        #expect(completed.last?.generation ?? 1 == status.generation, Torture.seedNote)
        let builds = try await test.host.history(of: file.plugin).map(\.build)
        #expect(zip(builds, builds.dropFirst()).allSatisfy { $0 != $1 }, Torture.seedNote)
    }
}
