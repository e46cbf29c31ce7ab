import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Two hosts on one plugin directory", .limited, .timeLimit(.minutes(10)))
struct SharedDirectoryTests {
    private static func warnings(_ test: TestHost) -> [LogRecord] {
        test.log.filter { $0.level == .warning && $0.message.contains("is watched by another host too") }
    }

    @Test(
        "both serve, and the second is told who the first is (HR-10)",
        arguments: ["plugins", "link", "plugins/../plugins"]
    )
    func secondIsTold(path: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try FileManager.default.createSymbolicLink(atPath: shop.root + "/link", withDestinationPath: shop.plugins)
        try await TestHost.run(shop.configuration()) { first async throws in
            let configuration = shop.configuration {
                ($0.pluginDirectories, $0.stateDirectory) = (["\(shop.root)/\(path)"], shop.root + "/other")
            }
            try await TestHost.run(configuration) { second async throws in
                try await second.until("the warning") { !Self.warnings(second).isEmpty }
                #expect(Self.warnings(second).first?.message.contains("process \(getpid())") == true)
                #expect(try await second.call("increment") == "1")
                #expect(try await first.call("increment") == "1")
                // Once is enough, whatever happens to the directory.
                try shop.install("id=b", as: "libb.so")
                try await second.until(generation: 1, of: "b")
                #expect(Self.warnings(second).count == 1)
            }
        }
    }

    @Test("a directory that comes later is looked at too (HR-10)")
    func comesLater() async throws {
        let shop = try Workshop()
        let late = shop.root + "/late"
        func configuration(_ name: String) -> HostConfiguration {
            shop.configuration { ($0.pluginDirectories, $0.stateDirectory) = ([late], "\(shop.root)/\(name)") }
        }
        try await TestHost.run(configuration("first")) { first async throws in
            try await TestHost.run(configuration("second")) { second async throws in
                try FileManager.default.createDirectory(atPath: late, withIntermediateDirectories: false)
                // Whoever comes second is told; here either may be.
                try await first.until("a warning") { !(Self.warnings(first) + Self.warnings(second)).isEmpty }
            }
        }
    }

    @Test("a host alone, or after another, is told nothing")
    func alone() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        for _ in 1...2 {
            try await TestHost.run(shop.configuration()) { test async throws in
                #expect(try await test.call("value") == "0")
                #expect(Self.warnings(test).isEmpty)
            }
        }
    }
}
