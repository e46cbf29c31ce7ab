import Foundation
import TestSupport
import Testing

@Suite("Torture: a storm of crashes", .limited, .serialized, .timeLimit(.minutes(30)))
struct CrashStormTortureTests {
    @Test("leaves the host as it was, and no state behind (RS-7)")
    func storm() async throws {
        let crashes: Int = Torture.rounds(short: 20, long: 1_000)
        let report = NSTemporaryDirectory() + "plugin-host-crashes-\(UUID().uuidString)"
        await #expect(processExitsWith: .success) { [crashes = crashes as Int, report = report as String] in
            try await CrashStorm(crashes: crashes).run(report: report)
        }
        if Torture.isLong { print((try? String(contentsOfFile: report, encoding: .utf8)) ?? "no figures") }
        try? FileManager.default.removeItem(atPath: report)
    }
}
