import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("Torture: a storm of reloads", .limited, .serialized, .timeLimit(.minutes(30)))
struct ReloadStormTortureTests {
    @Test("loses no call, doubles none, and costs what a mapped image costs (HR-4)")
    func storm() async throws {
        let reloads: Int = Torture.rounds(short: 60, long: 10_000)
        let report = NSTemporaryDirectory() + "plugin-host-storm-\(UUID().uuidString)"
        await #expect(processExitsWith: .success) { [reloads = reloads as Int, report = report as String] in
            try await ReloadStorm(reloads: reloads).run(report: report)
        }
        if Torture.isLong { print((try? String(contentsOfFile: report, encoding: .utf8)) ?? "no figures") }
        try? FileManager.default.removeItem(atPath: report)
    }
}
