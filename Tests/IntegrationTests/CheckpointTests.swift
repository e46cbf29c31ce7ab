import Foundation
import PluginHost
import Testing

/// A plugin that can't save its state is not to be lost at each checkpoint.
@Suite("A checkpoint", .limited, .timeLimit(.minutes(10)))
struct CheckpointTests {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    @Test(
        "that costs a process is made more and more seldom, which is said, until one succeeds (RS-7, HR-6)",
        arguments: ["hang", "crash"]
    )
    func costly(end: String) async throws {
        let trap = workshop.root + "/trap"
        try workshop.install("id=a;\(end)=save;while=\(trap)")
        let configuration = workshop.isolated {
            $0.checkpointInterval = .milliseconds(100)
            $0.lifecycleTimeout = .seconds(3)
            $0.restartLimits.maximumRestarts = 1_000_000
            $0.restartLimits.maximumDelay = .zero
        }
        try await TestHost.run(configuration) { test async throws in
            func waits() -> [String] {
                let mark = "the next one is made in "
                return test.log.compactMap { record in
                    record.message.firstRange(of: mark).map { String(record.message[$0.upperBound...]) }
                }
            }
            #expect(try await test.call("increment") == "1")
            try await test.until(.statePreserved)
            try Data().write(to: URL(fileURLWithPath: trap))
            try await test.until("three in vain") { waits().count >= 3 }
            #expect(Array(waits().prefix(3)) == ["200ms", "400ms", "800ms"])
            try FileManager.default.removeItem(atPath: trap)
            let count = test.events(.statePreserved).count
            // What it says meanwhile may be what the last checkpoint has.
            try await test.until("a checkpoint") {
                _ = try await test.call("increment")
                return test.events(.statePreserved).count > count
            }
            let losses = waits().count
            try Data().write(to: URL(fileURLWithPath: trap))
            try await test.until("one more in vain") { waits().count > losses }
            #expect(waits()[losses] == "200ms")
            try FileManager.default.removeItem(atPath: trap)
        }
    }
    @Test("that finds no moment with a busy plugin costs nothing, and is made as often as before (HR-6)")
    func busy() async throws {
        try workshop.install("id=a")
        let configuration = workshop.configuration {
            ($0.checkpointInterval, $0.drainTimeout) = (.milliseconds(50), .milliseconds(50))
        }
        try await TestHost.run(configuration) { test async throws in
            let (handle, end) = (try await test.host.plugin("a"), workshop.root + "/end")
            let call = OnThread { try handle.call("block", text: end) }
            try await test.until("some in vain") {
                test.log.count { $0.message.contains("no checkpoint could be made") } >= 3
            }
            #expect(!test.log.contains { $0.message.contains("has cost it") })
            try Data().write(to: URL(fileURLWithPath: end))
            _ = try await call.value
        }
    }
}
