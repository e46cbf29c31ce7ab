import PluginHost
import TestSupport
import Testing

@Suite("A build that waits for its next attempt", .limited, .timeLimit(.minutes(10)))
struct WaitingBuildTests {
    /// What makes an instance anew of the build that serves.
    enum Renewal: CaseIterable {
        case reset, isolate, settings
    }

    @Test(
        "that has failed counts on when what serves is made anew before it is tried again (HR-5)",
        arguments: Renewal.allCases
    )
    func renewedMeanwhile(by renewal: Renewal) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        let configuration = shop.isolated(.inProcess) { ($0.strategy, $0.cooldown) = (.manual, .seconds(3600)) }
        try await TestHost.run(configuration) { test async throws in
            try shop.install("id=a;version=1.1.0;fail=start")
            #expect(await test.host.reload(["a"]).map(\.success) == [false])
            switch renewal {
            case .reset: #expect(try await test.host.resetState(of: "a").success)
            case .isolate: #expect(try await test.host.isolate("a", .process).success)
            case .settings: #expect(try await test.host.configure("a", "x", .integer(1)).way == .reloaded)
            }
            let status = try await test.status()
            #expect(status.generation == 2 && status.version == "1.0.0")
            #expect(status.attempts == 1 && status.nextRetry != nil)
        }
    }
}
