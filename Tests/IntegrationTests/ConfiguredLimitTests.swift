import Foundation
import LinuxSystem
import PluginHost
import PluginHostCommands
import TestSupport
import Testing

@Suite("What the configuration bounds (HR-2)", .limited, .timeLimit(.minutes(10)))
struct ConfiguredLimitTests {
    @Test("is how many values plugins share")
    func sharedValues() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration { $0.maximumSharedValues = 1 }) { test async throws in
            try test.host.sharedState.set("a", to: [1])
            let error = #expect(throws: PluginError.self) { try test.host.sharedState.set("b", to: [1]) }
            #expect(error?.message.contains("maximumSharedValues") == true)
            #expect(test.host.sharedState.keys() == ["a"])
        }
    }

    @Test("is the least level that is logged")
    func logLevel() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration { $0.logLevel = .error }) { test async throws in
            test.host.writeLog(LogRecord(.warning, "a", "below"))
            test.host.writeLog(LogRecord(.error, "a", "above"))
            #expect(test.log.filter { $0.name == "a" }.map(\.message) == ["above"])
        }
    }

    @Test("is how large the file of the log becomes, and how many there are")
    func logFileSize() async throws {
        let shop = try Workshop()
        let configuration = shop.configuration { ($0.logFileSize, $0.logFileCount) = (10_000, 2) }
        try await TestHost.run(configuration) { test async throws in
            let text = String(repeating: "x", count: 3000)
            try await test.until("two full files") {
                test.host.writeLog(LogRecord(.info, "a", text))
                let names = try Directory.namesIfThere("\(shop.state)/logs")
                return names.sorted() == ["plugin-host.1.log", "plugin-host.2.log", "plugin-host.log"]
            }
        }
    }

    @Test("is how many messages a gateway brings, and which are remembered as doubles")
    func messages() async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Contributor"), as: "libc.so")
        let configuration = shop.configuration {
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["gateways"])])
            ($0.messageRate, $0.messageBurst, $0.messageKeys) = (1, 4, 1)
            // As long as a test may take, so that one key is forgotten for the number only.
            $0.messageKeyAge = .seconds(3600)
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("ask", "ph.gateways/1 ready\nx-gate", of: "contributor")
            func receive(_ id: String) async throws -> String {
                let message = #"{"gateway":"x-gate","id":"\#(id)","text":"in"}"#
                return try await test.call("ask", "ph.gateways/1 receive\n\(message)", of: "contributor")
            }
            #expect(try await receive("1").contains("true"))
            #expect(try await receive("1").contains("double"))
            #expect(try await receive("2").contains("true"))
            // One id is remembered, and that is another by now.
            #expect(try await receive("1").contains("true"))
            await #expect(throws: PluginError.self) { for _ in 0..<100 { _ = try await receive(UUID().uuidString) } }
            #expect((test.host.gateways().first?.counts.limited ?? 0) > 0)
        }
    }

    @Test("is for how long doubles are known")
    func messageKeyAge() async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Contributor"), as: "libc.so")
        let configuration = shop.configuration {
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["gateways"])])
            $0.messageKeyAge = .milliseconds(1)
        }
        try await TestHost.run(configuration) { test async throws in
            _ = try await test.call("ask", "ph.gateways/1 ready\nx-gate", of: "contributor")
            let message = #"{"gateway":"x-gate","id":"1","text":"in"}"#
            try await test.until("the same again is accepted twice") {
                _ = try await test.call("ask", "ph.gateways/1 receive\n\(message)", of: "contributor")
                return test.host.gateways().first?.counts.received == 2
            }
        }
    }

    @Test("is how often the host cleans up, which it need not")
    func cleanUpInterval() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration { $0.cleanUpInterval = .milliseconds(20) }) { test async throws in
            try await test.until("it has cleaned up") { (test.host.task("host/clean-up")?.runs ?? 0) > 1 }
        }
        try await TestHost.run(shop.configuration { $0.cleanUpInterval = .zero }) { test async throws in
            #expect(test.host.task("host/clean-up") == nil)
        }
    }

    @Test("is how long a runner may take until it reports")
    func runnerStartTimeout() async throws {
        let shop = try Workshop()
        let runner = "\(shop.root)/runner"
        try Workshop.write(Data("#!/bin/sh\nexec sleep 1000\n".utf8), to: runner)
        #expect(chmod(runner, 0o755) == 0)
        try shop.install("id=a")
        let configuration = shop.isolated {
            $0.runner = runner
            ($0.runnerStartTimeout, $0.maximumAttempts, $0.warmRunners) = (.milliseconds(100), 1, 0)
        }
        try await TestHost.run(configuration) { test async throws in
            try await test.until(.reloadFailed)
            let error = test.events(.reloadFailed).first?.error ?? ""
            #expect(error.contains("it did not report within"), "\(error)")
        }
    }
}
