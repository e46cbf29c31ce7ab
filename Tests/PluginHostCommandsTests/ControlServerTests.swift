import Glibc
import LinuxSystem
import PluginHost
import PluginHostCommands
import Synchronization
import TestSupport
import Testing

@Suite("The control server", .mayBlock, .timeLimit(.minutes(10)))
struct ControlServerTests {
    private let directory: TemporaryDirectory
    private var path: String { "\(directory.path)/host.sock" }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func serve(
        _ host: HostDouble = HostDouble(),
        limits: ControlLimits = ControlLimits()
    ) throws -> ControlServer {
        let server = try ControlServer(path: path, host: host, limits: limits)
        server.start()
        return server
    }

    @Test("makes a socket for its owner only, and removes it")
    func mode() async throws {
        let server = try serve()
        #expect(try FileStatus.of(path)?.permissions == 0o600)
        #expect(await server.stop() == 0)
        #expect(try FileStatus.of(path) == nil)
    }

    @Test("answers every method")
    func methods() async throws {
        let server = try serve()
        var client = try ControlClient(path: path)
        #expect(try client.request("status").result(HostStatus.self).host.pid == 42)
        #expect(try client.request("info", ["plugin": "counter"]).result(PluginStatus.self).generation == 3)
        let call: [String: JSONValue] = try client.request(
            "call",
            ["plugin": "counter", "method": "echo", "input": "hé", "timeoutSeconds": .number(0.5)]
        ).result()
        #expect(call["output"] == "hé")
        #expect(call["outputBase64"] == "aMOp")
        #expect(
            try client.request("reload", ["plugins": ["a", "b"]]).result([ReloadResult].self).map(\.plugin) == [
                "a", "b",
            ]
        )
        #expect(try client.request("reloadAll").result([ReloadResult].self).count == 1)
        let back = try client.request("rollback", ["plugin": "counter", "generation": .integer(2)])
        #expect(try back.result(ReloadResult.self).success)
        #expect(try client.request("history", ["plugin": "counter"]).result([GenerationRecord].self).isEmpty)
        #expect(try client.request("quarantine.list").result([String: PluginStatus.Quarantine].self).isEmpty)
        _ = try client.request("quarantine.clear", ["plugin": "counter"])
        #expect(try client.request("events").result([PluginEvent].self).isEmpty)
        await server.stop()
    }

    @Test("carries any bytes, and says in text only what is text")
    func bytes() async throws {
        let server = try serve(HostDouble { _, _ in [0xff, 0, 0x0a] })
        var client = try ControlClient(path: path)
        let call: [String: JSONValue] = try client.request(
            "call",
            ["plugin": "counter", "method": "m", "inputBase64": "/wA="]
        ).result()
        #expect(call["output"] ?? .null == .null)
        #expect(call["outputBase64"] == "/wAK")
        await server.stop()
    }

    @Test(
        "refuses what is no request, and goes on",
        arguments: [
            ("nonsense", -32700), ("\u{7f}\u{0}", -32700), ("[1]", -32600), ("7", -32600), ("{}", -32600),
            (#"{"jsonrpc":"2.0","id":{},"method":"status"}"#, -32600), (#"{"jsonrpc":"2.0","id":1}"#, -32600),
            (#"{"jsonrpc":"1.0","id":1,"method":"status"}"#, -32600),
            (#"{"jsonrpc":"2.0","id":1,"method":"stats"}"#, -32601),
            (#"{"jsonrpc":"2.0","id":1,"method":"status","params":[1]}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"status","params":{"x":1}}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"info"}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"info","params":{"plugin":7}}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"reload","params":{"plugins":[]}}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"reloadAll","params":{"reason":7}}"#, -32602),
            (#"{"jsonrpc":"2.0","id":1,"method":"rollback","params":{"plugin":"a","generation":-1}}"#, -32602),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"call","params":{"plugin":"a","method":"b","inputBase64":"?"}}"#,
                -32602
            ),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"call","params":{"plugin":"a","method":"b","timeoutSeconds":0}}"#,
                -32602
            ),
            (#"{"jsonrpc":"2.0","id":1,"method":"call","params":{"plugin":"a","method":"b"}}"#, -32000),
        ]
    )
    func badRequests(line: String, code: Int64) async throws {
        let server = try serve()
        var client = try RawClient(path)
        try client.send(line + "\n")
        #expect(try client.nextErrorCode() == code)
        try client.send(#"{"jsonrpc":"2.0","id":"next","method":"status"}"# + "\n")
        #expect(try client.next()?["id"] == "next")
        await server.stop()
    }

    @Test("refuses a reason that is too long to be kept with each event (RS-5)")
    func longReason() async throws {
        let server = try serve()
        var client = try RawClient(path)
        let reason = String(repeating: "x", count: 1025)
        try client.send(#"{"jsonrpc":"2.0","id":1,"method":"reloadAll","params":{"reason":"\#(reason)"}}"# + "\n")
        let code = try client.nextErrorCode()
        #expect(code == -32602)
        await server.stop()
    }

    @Test("refuses bytes that are no UTF-8")
    func invalidText() async throws {
        let server = try serve()
        var client = try RawClient(path)
        try client.channel.sendAll([0x22, 0xff, 0xfe, 0x22, 0x0a])
        #expect(try client.nextErrorCode() == -32700)
        await server.stop()
    }

    @Test("names the error as the plugin's code in data (RS-3)")
    func errorData() async throws {
        let server = try serve()
        var client = try ControlClient(path: path)
        let error = #expect(throws: ControlClientError.self) {
            try client.request("call", ["plugin": "nobody", "method": "m"])
        }
        guard case .refused(let refusal)? = error else {
            Issue.record("not refused: \(String(describing: error))")
            return
        }
        #expect(refusal.data?.code == "not-found")
        await server.stop()
    }

    @Test("understands messages that come byte by byte, several at once, and without a last line feed")
    func pieces() async throws {
        let server = try serve()
        let request = #"{"jsonrpc":"2.0","id":1,"method":"status"}"#
        var client = try RawClient(path)
        for byte in (request + "\n").utf8 { try client.channel.sendAll([byte]) }
        #expect(try client.next()?["id"] == .integer(1))
        try client.send(request + "\r\n\n" + request + "\n" + request)
        client.finishSending()
        for _ in 0..<3 { #expect(try client.next()?["result"] != nil) }
        #expect(try client.next() == nil)
        await server.stop()
    }

    @Test("closes a connection whose message is too long")
    func tooLong() async throws {
        var limits = ControlLimits()
        limits.messageSize = 1000
        let server = try serve(limits: limits)
        var client = try RawClient(path)
        try client.send(String(repeating: "x", count: 2000))
        #expect(try client.nextErrorCode() == -32600)
        #expect(try client.next() == nil)
        await server.stop()
    }

    @Test("refuses a message that would become too many values, or values too deep in each other, and goes on")
    func shape() async throws {
        let server = try serve()
        var client = try RawClient(path)
        for text in [String(repeating: "[", count: 100_000), "[" + String(repeating: "1,", count: 100_000) + "1]"] {
            try client.send(text + "\n")
            #expect(try client.nextErrorCode() == -32600)
        }
        let names = (0..<2000).map { "\"\($0)\"" }.joined(separator: ",")
        try client.send(#"{"jsonrpc":"2.0","id":1,"method":"reload","params":{"plugins":[\#(names)]}}"# + "\n")
        #expect(try client.nextErrorCode() == -32602)
        await server.stop()
    }

    @Test("lets a client go that leaves a message unfinished, and says why")
    func unfinished() async throws {
        var limits = ControlLimits()
        limits.stall = .milliseconds(20)
        let server = try serve(limits: limits)
        var client = try RawClient(path)
        try client.send(#"{"jsonrpc":"2.0""#)
        #expect(try client.nextErrorCode() == -32600)
        #expect(try client.next() == nil)
        await server.stop()
    }

    @Test("tells a client why its message was not taken, though it was still being sent")
    func refusedWhileSending() async throws {
        var limits = ControlLimits()
        limits.messageSize = 1000
        let server = try serve(limits: limits)
        var client = try ControlClient(path: path)
        let error = #expect(throws: ControlClientError.self) {
            try client.request("info", ["plugin": .string(String(repeating: "x", count: 4_000_000))])
        }
        guard case .refused(let refusal)? = error else {
            Issue.record("not refused: \(String(describing: error))")
            return
        }
        #expect(refusal.message.contains("at most 1000 bytes"))
        await server.stop()
    }

    @Test("has one room for the long messages and answers of all clients, and gives it back")
    func room() async throws {
        let gate = Monitor((isInside: false, isOpen: false))
        let host = HostDouble { method, input in
            if method == "wait" {
                gate.withLock { $0.isInside = true }
                gate.broadcast(.entry)
                _ = gate.wait(for: .entry, until: nil) { $0.isOpen ? true : nil }
            }
            return method == "large" ? [UInt8](repeating: 0x78, count: 60_000) : input
        }
        var limits = ControlLimits()
        limits.sharedBytes = 200_000
        limits.freeBytes = 1000
        let server = try serve(host, limits: limits)
        func call(_ method: String, _ size: Int) -> String {
            let input = String(repeating: "x", count: size)
            let parameters = #"{"plugin":"counter","method":"\#(method)","input":"\#(input)"}"#
            return #"{"jsonrpc":"2.0","id":5,"method":"call","params":\#(parameters)}"# + "\n"
        }
        var first = try RawClient(path)
        try first.send(call("wait", 150_000))
        _ = gate.wait(for: .entry, until: nil) { $0.isInside ? true : nil }

        // Neither a long message nor a long answer has room beside it, and a short one needs none.
        var second = try RawClient(path)
        try? second.send(call("echo", 100_000))
        let full = String(describing: try second.next()?["error"])
        #expect(full.contains("200000 bytes, which is the limit") && full.contains("busy"), "\(full)")
        #expect(try second.next() == nil)
        var third = try RawClient(path)
        try third.send(call("large", 1))
        let refused = try third.next()
        #expect(refused?["error"] != nil && refused?["id"] == .integer(5))
        // It may be that the answer alone is too large, and then nobody else is to blame and waiting does not help.
        let reason = String(describing: refused?["error"])
        #expect(reason.contains("ask for less, or try again later"), "\(reason)")
        try third.send(call("echo", 10))
        #expect(try third.next()?["result"] != nil)

        gate.withLock { $0.isOpen = true }
        gate.broadcast(.entry)
        // Its own answer has no room either: it would be twice as long, as text and as base64.
        #expect(try first.nextErrorCode() == -32000)
        // The room is given back when the answer is sent, which is a moment before it is said to be.
        repeat { try third.send(call("large", 1)) } while try third.next()?["error"] != nil
        await server.stop()
    }

    @Test("answers no notification")
    func notification() async throws {
        let host = HostDouble()
        let server = try serve(host)
        var client = try RawClient(path)
        try client.send(#"{"jsonrpc":"2.0","method":"quarantine.clear","params":{"plugin":"counter"}}"# + "\n")
        try client.send(#"{"jsonrpc":"2.0","id":2,"method":"status"}"# + "\n")
        #expect(try client.next()?["id"] == .integer(2))
        #expect(host.log == ["lift counter"])
        await server.stop()
    }

    @Test("serves others while a call takes long and a client reads nothing")
    func independence() async throws {
        let gate = Monitor(false)
        let host = HostDouble { method, input in
            if method == "wait" { _ = gate.wait(for: .entry, until: nil) { $0 ? true : nil } }
            return input
        }
        let server = try serve(host)
        var waiting = try RawClient(path)
        try waiting.send(
            #"{"jsonrpc":"2.0","id":1,"method":"call","params":{"plugin":"counter","method":"wait"}}"# + "\n"
        )
        // This one asks for more than a socket holds, and reads none of it.
        let stuck = try RawClient(path)
        let big = String(repeating: "y", count: 1 << 20)
        try stuck.send(
            #"{"jsonrpc":"2.0","id":1,"method":"call","params":{"plugin":"counter","method":"echo","input":"\#(big)"}}"#
                + "\n"
        )
        for _ in 0..<20 {
            var client = try ControlClient(path: path)
            #expect(try client.request("status").result(HostStatus.self).host.pid == 42)
        }
        gate.withLock { $0 = true }
        gate.broadcast(.entry)
        #expect(try waiting.next()?["id"] == .integer(1))
        #expect(await server.stop() == 0)
    }

    @Test("serves many clients at once", arguments: [32])
    func concurrency(clients: Int) async throws {
        let server = try serve()
        let path = path
        await withTaskGroup(of: Int.self) { group in
            for number in 0..<clients {
                group.addTask {
                    guard var client = try? ControlClient(path: path) else { return 0 }
                    let text = "\(number)"
                    return (0..<20).count { _ in
                        let answer = try? client.request(
                            "call",
                            ["plugin": "counter", "method": "echo", "input": .string(text)]
                        ).result([String: JSONValue].self)
                        return answer?["output"] == .string(text)
                    }
                }
            }
            for await right in group { #expect(right == 20) }
        }
        await server.stop()
    }

    @Test("tells clients beyond the limit that it is busy")
    func busy() async throws {
        var limits = ControlLimits()
        limits.connections = 1
        let server = try serve(limits: limits)
        var first = try ControlClient(path: path)
        _ = try first.request("status")
        var second = try RawClient(path)
        #expect(try second.nextErrorCode() == -32000)
        #expect(try second.next() == nil)
        await server.stop()
    }

    @Test("sends events to those who follow, the past as the answer (HR-3)")
    func follow() async throws {
        let host = HostDouble()
        let past = PluginEvent(.pluginDiscovered, path: "/a.so")
        host.state.withLock { $0.recent = [past] }
        let server = try serve(host)
        var client = try ControlClient(path: path)
        #expect(try client.request("events.follow").result([PluginEvent].self).map(\.event) == [.pluginDiscovered])
        host.send(past)
        host.send(PluginEvent(.reloadCompleted, plugin: "counter", generation: 2))
        // What was told as the past is not told again.
        let event = try client.notification("event", as: PluginEvent.self)
        #expect(event?.event == .reloadCompleted)
        #expect(event?.generation == 2)
        #expect(try client.request("status").result(HostStatus.self).host.pid == 42)
        await server.stop()
    }

    @Test(
        "refuses to follow a second time over one connection, which it would deliver nothing of",
        arguments: ["events.follow", "logs.follow"]
    )
    func followTwice(method: String) async throws {
        let server = try serve()
        var client = try ControlClient(path: path)
        _ = try client.request("events.follow")
        let error = #expect(throws: ControlClientError.self) { try client.request(method) }
        guard case .refused(let refusal) = error else { return _ = Issue.record("\(String(describing: error))") }
        #expect(refusal.data?.code == "busy" && refusal.message.contains("another connection"))
        #expect(try client.request("status").result(HostStatus.self).host.pid == 42)
        await server.stop()
    }

    @Test("replaces a socket that nobody listens at")
    func stale() async throws {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(result == 0)
        close(number)
        let server = try serve()
        var client = try ControlClient(path: path)
        _ = try client.request("status")
        await server.stop()
    }

    @Test("refuses a path where a host listens, and one that is a file")
    func taken() async throws {
        let server = try serve()
        let error = #expect(throws: PluginError.self) { try ControlServer(path: path, host: HostDouble()) }
        #expect(error?.code == .busy)
        var client = try ControlClient(path: path)
        _ = try client.request("status")
        await server.stop()

        try directory.write("text", to: "host.sock")
        let other = #expect(throws: PluginError.self) { try ControlServer(path: path, host: HostDouble()) }
        #expect(other?.code == .storage)
        #expect(try FileStatus.of(path)?.kind == .regular)
    }

    @Test("refuses a path that is too long for a socket")
    func longPath() {
        let error = #expect(throws: PluginError.self) {
            try ControlServer(path: "/tmp/" + String(repeating: "x", count: 200), host: HostDouble())
        }
        #expect(error?.code == .badConfiguration)
    }
}
