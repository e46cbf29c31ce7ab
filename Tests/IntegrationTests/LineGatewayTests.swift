import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The gateway of lines", .limited, .timeLimit(.minutes(10)))
struct LineGatewayTests {
    /// A client as `nc -U` is one.
    private final class Client {
        private let channel: SocketChannel
        private var received: [UInt8] = []

        init(_ path: String) throws { channel = try UnixSocket.connect(path) }

        func send(_ line: String) throws { try channel.sendAll(Array("\(line)\n".utf8)) }

        /// The next line; `nil` when the other side has ended the conversation.
        func line() async throws -> String? {
            while true {
                if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { received.removeSubrange(...end) }
                    return String(decoding: received[..<end], as: UTF8.self)
                }
                try Task.checkCancellation()
                switch try channel.receive() {
                case .bytes(let bytes): received += bytes
                case .end: return nil
                default: try await Task.sleep(for: .milliseconds(2))
                }
            }
        }
    }

    @Test(
        "takes lines in and writes lines out, over reloads, in process and isolated (RS-11)",
        arguments: [false, true]
    )
    func talks(isolated: Bool) async throws {
        let shop = try Workshop()
        // An isolated plugin may write in its own directory, where it begins.
        let path = isolated ? shop.state + "/plugins/line-gateway/data/lines.sock" : shop.root + "/lines.sock"
        try shop.install(try Workshop.product("LineGateway"), as: "libLineGateway.so")
        var configuration = isolated ? shop.isolated() : shop.configuration()
        configuration.permissions = PermissionPolicy([.init(plugins: "line-gateway", grant: ["gateways"])])
        let socket = isolated ? "lines.sock" : path
        configuration.plugins["line-gateway"] = PluginSettings(settings: .object(["socket": .string(socket)]))
        try await TestHost.run(configuration) { test async throws in
            var events = try test.host.events(matching: "ph.message.received.lines").makeAsyncIterator()
            #expect(test.host.gateways().map(\.isReady) == [true])
            let client = try Client(path)
            try client.send("hello")
            let first = try Self.message(of: await events.next())
            #expect(first.text == "hello" && first.conversation == "1")
            #expect(first.route == GatewayRoute(platform: "socket"))
            let answer = GatewayMessage("welcome", route: GatewayRoute(platform: "socket"), conversation: "1")
            #expect(try await test.host.send(answer).gateway == "lines")
            let welcome = try await client.line()
            #expect(welcome == "welcome")
            await #expect(throws: PluginError.self) {
                try await test.host.send(GatewayMessage("nobody", gateway: "lines", conversation: "99"))
            }

            // In a pause nobody is given a number that the state which is saved does not know of.
            #expect(try await test.host.pausePlugin("line-gateway").success)
            try client.send("later")
            #expect(try await test.host.resumePlugin("line-gateway").success)
            let later = try Self.message(of: await events.next())
            #expect(later.text == "later")

            try shop.install(try Workshop.product("LineGateway", build: 2), as: "libLineGateway.so")
            try await test.until(generation: 2, of: "line-gateway")
            let end = try await client.line()
            #expect(end == nil, "the old conversation has ended")
            try await test.until("the gateway is ready again") { test.host.gateways().map(\.isReady) == [true] }
            let again = try Client(path)
            try again.send("back")
            let second = try Self.message(of: await events.next())
            #expect(second.text == "back" && second.conversation == "2", "no number means two conversations")
            _ = try await test.host.send(GatewayMessage("to all", gateway: "lines"))
            let last = try await again.line()
            #expect(last == "to all")
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("moves to the socket that its settings name, or stays where it is and says why (PL-5)")
    func moves() async throws {
        let shop = try Workshop()
        try shop.install(try Workshop.product("LineGateway"), as: "libLineGateway.so")
        let (first, second) = (shop.root + "/first.sock", shop.root + "/second.sock")
        var configuration = shop.configuration()
        configuration.permissions = PermissionPolicy([.init(plugins: "line-gateway", grant: ["gateways"])])
        configuration.plugins["line-gateway"] = PluginSettings(settings: .object(["socket": .string(first)]))
        try await TestHost.run(configuration) { test async throws in
            var events = try test.host.events(matching: "ph.message.received.lines").makeAsyncIterator()
            let client = try Client(first)
            try client.send("1")
            #expect(try Self.message(of: await events.next()).conversation == "1")
            let nowhere = JSONValue.string(shop.root + "/nowhere/lines.sock")
            let refused = try await test.host.configure("line-gateway", "socket", nowhere)
            #expect(refused.way == .refused && refused.error?.contains("nowhere") == true)
            try client.send("still here")
            #expect(try Self.message(of: await events.next()).text == "still here")

            #expect(try await test.host.configure("line-gateway", "socket", .string(second)).way == .pushed)
            let end = try await client.line()
            #expect(end == nil && !FileManager.default.fileExists(atPath: first))
            let other = try Client(second)
            try other.send("2")
            #expect(try Self.message(of: await events.next()).conversation == "2")
        }
        #expect(!FileManager.default.fileExists(atPath: second))
    }

    private static func message(of event: TopicEvent?) throws -> GatewayMessage {
        try JSONDecoder().decode(GatewayMessage.self, from: Data(try #require(event).data))
    }
}
