import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Two hosts that are to write to one file", .limited, .timeLimit(.minutes(10)))
struct SharedFileTests {
    @Test(
        "are told so, and the second does not start until the first has stopped",
        arguments: ["metricsFile", "logFile"]
    )
    func refused(setting: String) async throws {
        let shop = try Workshop()
        func configuration(_ name: String) -> HostConfiguration {
            shop.configuration {
                $0.stateDirectory = "\(shop.root)/\(name)"
                if setting == "metricsFile" {
                    $0.metricsFile = shop.root + "/shared.prom"
                } else {
                    $0.logFile = .file(shop.root + "/shared")
                }
            }
        }
        try await TestHost.run(configuration("first")) { _ async throws in
            let second = try PluginHost(configuration("second"))
            let error = await #expect(throws: PluginError.self) { try await second.start() }
            #expect(error?.code == .busy)
            for part in [setting, "/shared", "process \(getpid())"] {
                #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
            }
            await second.stop()
        }
        try await TestHost.run(configuration("second")) { _ async throws in }
    }
}
