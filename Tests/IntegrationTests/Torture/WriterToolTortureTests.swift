import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The tools that write files", .limited, .timeLimit(.minutes(Torture.isLong ? 20 : 10)))
struct WriterToolTortureTests {
    @Test("end in one reload of the final content, and in no error (HR-9)", arguments: WriterTool.all)
    func tools(tool: WriterTool) async throws {
        guard tool.isThere else { try Test.cancel("this machine has no \(tool.program)") }
        let shop = try Workshop()
        // One as long as the other, as for a tool that overwrites.
        try shop.install("id=a;tag=1")
        try Workshop.write(try Workshop.adaptable("id=a;tag=2"), to: shop.root + "/new.so")
        try await run(tool.preparation, in: shop)
        let configuration = shop.configuration {
            $0.strategy = .debounced(tool.window)
            $0.removalGrace = .seconds(30)
        }
        try await TestHost.run(configuration) { test async throws in
            try await run(tool.script, in: shop)
            try await test.until("the new build") { try await test.call("tag") == "2" }
            try await Self.checkOneReload(of: shop.path("liba.so"), shop, test)
        }
    }

    @Test(
        "have swift build among them, which writes into the hosted directory (HR-9)",
        .tags(.slow),
        .enabled(if: Torture.isLong, "it takes a minute"),
        arguments: ["debug", "release"]
    )
    func swiftBuild(configuration: String) async throws {
        let shop = try Workshop()
        let package = try OutsidePackage(in: shop, configuration: configuration)
        try await run(package.build, in: shop)
        let settings = shop.configuration {
            $0.pluginDirectories = [package.products]
            $0.strategy = .debounced(.milliseconds(500))
            $0.removalGrace = .seconds(60)
        }
        try await TestHost.run(settings) { test async throws in
            #expect(try await test.call("tag") == "1")
            for tag in 2...4 {
                try package.write(tag: "\(tag)")
                try await run(package.build, in: shop)
                try await test.until("build \(tag)") { try await test.call("tag") == "\(tag)" }
            }
            try await Self.checkOneReload(of: package.product, shop, test, count: 3)
        }
    }

    /// Runs a script to its end, in the place of a test.
    private func run(_ script: String, in shop: Workshop) async throws {
        var environment = ProcessInfo.processInfo.environment
        environment.merge(["LC_ALL": "C", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": shop.root]) { $1 }
        let shell = try Program(["/bin/sh", "-ec", script], in: shop.root, input: Data(), environment: environment)
        let end = try await shell.ended()
        try #require(end == .exited(0), "\(script): \(end) \(shell.output) \(shell.errors)")
    }

    /// Checks, after all windows are over, that there was one reload for each new content, and no error.
    private static func checkOneReload(
        of path: String,
        _ shop: Workshop,
        _ test: TestHost,
        count: Int = 1
    ) async throws {
        let directory = (path as NSString).deletingLastPathComponent
        try Workshop.write(try Workshop.adaptable("id=fence"), to: directory + "/libfence.so")
        try await test.until("the fence is loaded") { test.events(.loaded).contains { $0.plugin == "fence" } }
        let status = try await test.status()
        #expect(status.generation == UInt64(count) + 1)
        #expect(status.build == SHA256(of: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))).description)
        #expect(test.events(.reloadStarted).count == count)
        #expect(test.events(.reloadCompleted).map(\.success) == Array(repeating: true, count: count))
        #expect(!test.events.contains { $0.error != nil })
    }
}

extension Tag {
    /// A test that is not part of the short form.
    @Tag static var slow: Self
}
