import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("A host at its start", .limited, .timeLimit(.minutes(10)))
struct LoadingTests {
    @Test("loads what is in the directory and calls it (HR-9, PL-8)")
    func loadsAndCalls() async throws {
        let shop = try Workshop()
        try shop.install("id=a;version=1.2.3")
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(try await test.call("version") == "1.2.3")
            #expect(try await test.call("increment", "5") == "5")
            #expect(try await test.call("echo", "hello") == "hello")
            let status = try await test.status()
            #expect(status.state == "running")
            #expect(status.generation == 1)
            #expect(status.calls == 3)
            #expect(status.inFlight == 0)
            #expect(status.path == shop.path("liba.so"))
            #expect(status.build.count == 64)
        }
    }

    @Test("loads the samples")
    func loadsSamples() async throws {
        let shop = try Workshop()
        for sample in ["Counter", "Greeter", "WordCount", "Reverse"] {
            try shop.install(try Workshop.product(sample), as: "lib\(sample).so")
        }
        let configuration = shop.configuration { configuration in
            configuration.plugins["greeter"] = PluginSettings(settings: .object(["greeting": .string("Welcome")]))
        }
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment", "41", of: "counter") == "41")
            #expect(try await test.call("increment", of: "counter") == "42")
            #expect(try await test.call("value", of: "counter") == "42")
            #expect(try await test.call("greet", "Ada", of: "greeter") == "Welcome, Ada!")
            #expect(try await test.call("count", "one two  three", of: "word-count") == "3")
            #expect(try await test.call("reverse", "abc", of: "reverse") == "cba")
        }
    }

    @Test(
        "refuses a factory that breaks the contract, and says why",
        arguments: [
            ("fail=factory", "bad-descriptor"), ("abi=9", "wrong-abi"), ("size=8", "wrong-abi"),
            ("nodescriptor=1", "bad-descriptor"), ("badid=1", "bad-descriptor"), ("version=x", "bad-descriptor"),
            ("instancesize=8", "wrong-abi"), ("descriptorsize=8", "bad-descriptor"),
        ]
    )
    func refusesContractBreakers(behaviour: String, code: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a;" + behaviour)
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until(.reloadFailed)
            let failed = try #require(test.events(.reloadFailed).first)
            #expect(failed.error?.hasPrefix(code + ": ") == true)
            #expect(failed.error?.contains(shop.path("liba.so")) == true)
            let broken = try #require(await test.host.status().plugins.first { $0.path == shop.path("liba.so") })
            #expect(broken.state == "error")
            #expect(broken.quarantine?.reason.hasPrefix(code) == true)
            // One plugin's failure stops none of the others.
            #expect(try await test.call("value", of: "b") == "0")
        }
    }

    @Test(
        "says what is wrong with the instance that create filled in",
        arguments: [
            ("instancesize=8", "a struct_size of 8 instead of 152"),
            ("noexecute=1", "an instance without execute, which has no default"),
        ]
    )
    func namesInstanceFaults(behaviour: String, what: String) async throws {
        let shop = try Workshop()
        try shop.install("id=a;" + behaviour)
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until(.reloadFailed)
            let failed = try #require(test.events(.reloadFailed).first?.error)
            #expect(failed.contains(what) && !failed.contains("152 bytes instead of 152"), "\(failed)")
        }
    }

    @Test("leaves a plugin alone that is switched off, and says so to who asks for it")
    func switchedOff() async throws {
        let shop = try Workshop()
        try shop.install("id=a")
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(shop.configuration { $0.plugins["a"] = PluginSettings(isEnabled: false) }) {
            test async throws in
            let error = await #expect(throws: PluginError.self) { try await test.call("value", of: "a") }
            #expect(error?.message.contains("the configuration has \"enabled\": false for it") == true)
            #expect(try await test.call("value", of: "b") == "0")
        }
    }

    @Test("names the plugins that there are when asked for another")
    func namesPlugins() async throws {
        let shop = try Workshop()
        try shop.install("id=counter")
        try await TestHost.run(shop.configuration()) { test async throws in
            for (name, hint) in [("b", ""), ("conter", "; did you mean 'counter'?")] {
                let message = "there is no plugin \(name)\(hint.isEmpty ? ";" : hint) this host has counter"
                await #expect(throws: PluginError(code: .notFound, message: message)) {
                    try await test.host.plugin(name)
                }
            }
        }
    }

    @Test("says of a plugin that is asked for too early that nothing was started yet")
    func namesNoneBeforeStart() async throws {
        let shop = try Workshop()
        let host = try PluginHost(shop.configuration())
        let early = PluginError(code: .notFound, message: "there is no plugin a: the host was not started yet")
        await #expect(throws: early) { try await host.plugin("a") }
        await host.stop()
    }

    @Test("loads in the order of dependencies, and names a missing one and a cycle (HR-12)")
    func ordersByDependencies() async throws {
        let shop = try Workshop()
        try shop.install("id=a;deps=b", as: "liba.so")
        try shop.install("id=b;deps=c@1.0.0", as: "libb.so")
        try shop.install("id=c;version=1.4.0", as: "libc.so")
        try shop.install("id=d;deps=nobody", as: "libd.so")
        try shop.install("id=x;deps=y", as: "libx.so")
        try shop.install("id=y;deps=x", as: "liby.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try await test.until(.loaded, count: 3)
            #expect(test.events(.loaded).map(\.plugin) == ["c", "b", "a"])
            #expect(try await test.status("d").lastError?.contains("nobody") == true)
            #expect(try await test.status("x").lastError?.contains("x → y → x") == true)
            #expect(try await test.status("y").state == "error")
        }
    }

    @Test("refuses the state directory to a second host (HR-10)")
    func refusesSecondHost() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration()) { _ async throws in
            let error = #expect(throws: PluginError.self) { try PluginHost(shop.configuration()) }
            #expect(error?.code == .busy)
            #expect(error?.message.contains("\(getpid())") == true)
        }
    }
}
