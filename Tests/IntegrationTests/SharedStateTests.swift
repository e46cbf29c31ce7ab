import Foundation
import PluginHost
import TestSupport
import Testing

/// Values that plugins share with each other and with the program that embeds the host (PL-6).
@Suite("The state that plugins share", .limited, .timeLimit(.minutes(10)))
struct SharedStateTests {
    @Test("passes between a plugin in Swift, one in C and the host", arguments: [Isolation.inProcess, .process])
    func passes(isolation: Isolation) async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("Contributor"), as: "libc.so")
        try shop.install("id=a;perms=state.shared", as: "liba.so")
        let configuration = shop.isolated(isolation) {
            $0.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
            $0.maximumSharedBytes = 1000
        }
        try await TestHost.run(configuration) { test async throws in
            var changes = test.host.sharedState.changes().makeAsyncIterator()
            func swift(_ method: String, _ text: String) async throws -> String {
                try await test.call(method, text, of: "contributor")
            }
            func c(_ method: String, _ input: String) async throws -> String {
                try await test.call("ask", "ph.shared-state/1 \(method)\n\(input)")
            }
            #expect(try await swift("shared", "k") == "nothing")
            let version = try await swift("share", "k v1")
            #expect(try await swift("shared", "k") == "text \(version) true v1")
            let change = await changes.next()
            #expect(change?.key == "k" && change?.plugin == "contributor")
            #expect(try await c("get", "k") == #"{"kept":true,"type":"text","version":\#(version)}"# + "\nv1")
            #expect(try await c("set", #"{"key":"c/1","type":"int"}"# + "\n42").contains(#""set":true"#))
            #expect(test.host.sharedState.value(of: "c/1")?.bytes == Array("42".utf8))
            #expect(try await swift("keys", "") == "c/1 k")
            #expect(try await swift("swap", "k \(version) v2") == "true")
            #expect(try await swift("swap", "k \(version) v3") == "false")
            #expect(try await c("remove", "k") == #"{"removed":true}"#)
            #expect(try await swift("drop", "k") == "false")
            for input in ["", "no header", #"{"type":"int"}"#, #"{"key":"a b"}"#] {
                let error = await #expect(throws: PluginError.self) { try await c("set", input) }
                #expect(error?.code == .badPayload, "\(input)")
            }
            let large = String(repeating: "x", count: 1000)
            let full = await #expect(throws: PluginError.self) { try await swift("share", "big \(large)") }
            #expect(full?.code == .busy && full?.message.contains("maximumSharedBytes") == true)
            let unknown = await #expect(throws: PluginError.self) { try await c("swop", "") }
            #expect(unknown?.code == .methodNotFound)
        }
    }

    @Test("survives a restart of the host as far as it is asked to")
    func survives() async throws {
        let shop = try Workshop()
        try await TestHost.run(shop.configuration()) { test async throws in
            try test.host.sharedState.set("kept", to: [1, 2], type: "x", isKept: true)
            try test.host.sharedState.set("lost", to: [3])
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(test.host.sharedState.value(of: "kept")?.bytes == [1, 2])
            #expect(test.host.sharedState.value(of: "lost") == nil)
        }
        try Data("no values".utf8).write(to: URL(fileURLWithPath: shop.state + "/shared-state"))
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(test.host.sharedState.keys().isEmpty)
            #expect(test.log.contains { $0.message.contains("shared-state are lost") })
        }
    }

    @Test("survives it also if the disk was full when it was set")
    func fullDisk() async throws {
        let shop = try Workshop()
        let faults = Faults()
        try await TestHost.run(shop.configuration(), calls: faults.calls) { test async throws in
            faults.begin { _, path in path.contains("shared-state") ? ENOSPC : nil }
            try test.host.sharedState.set("kept", to: [1, 2], isKept: true)
            try await test.until("the disk was full") { test.log.contains { $0.message.contains("shared-state") } }
            faults.end()
        }
        try await TestHost.run(shop.configuration()) { test async throws in
            #expect(test.host.sharedState.value(of: "kept")?.bytes == [1, 2])
        }
    }
}
