import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite(
    "The control socket among clients that are slow, stuck or hostile",
    .limited,
    .serialized,
    .timeLimit(.minutes(30))
)
struct ControlTortureTests {
    /// What the process of a host takes of the machine.
    private struct Footprint {
        let descriptors: Int
        let kilobytes: Int
        let peak: Int

        init(of process: Int32) throws {
            descriptors = try Directory.names("/proc/\(process)/fd").count
            let file = try OwnedFileDescriptor.open("/proc/\(process)/status", flags: O_RDONLY)
            let lines = String(decoding: try file.readToEnd(), as: UTF8.self).split(separator: "\n")
            func figure(_ name: String) -> Int {
                let line = lines.first { $0.hasPrefix(name + ":") }
                return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
            }
            (kilobytes, peak) = (figure("VmRSS"), figure("VmHWM"))
        }
    }

    /// Runs a test against a host with one plugin.
    private func run(_ body: (ProgramBench, Program) async throws -> Void) async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            let host = try await bench.startHost()
            try await bench.until("the plugin runs", plugin: "counter") { $0["state"] == .string("running") }
            try await body(bench, host)
        }
    }

    private static func request(_ method: String, id: Int) -> [UInt8] {
        Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{}}"#.utf8) + [UInt8(ascii: "\n")]
    }

    /// Sends as much as goes without waiting.
    private static func push(_ bytes: [UInt8], to channel: SocketChannel) {
        var sent = 0
        while sent < bytes.count, let more = try? channel.send(bytes, from: sent), more > 0 { sent += more }
    }

    /// A client that does one of the things that no client should; its connection stays open.
    private static func makeBadClient(
        _ kind: Int,
        _ path: String,
        _ generator: inout SeededGenerator
    ) throws -> SocketChannel {
        let channel = try UnixSocket.connect(path)
        switch kind % 8 {
        case 0: break
        case 1: push(Array(request("status", id: 1).dropLast(20)), to: channel)
        case 2: push((0..<5000).flatMap { request("status", id: $0) }, to: channel)
        case 3: push([UInt8](repeating: UInt8(ascii: "["), count: 200_000) + [UInt8(ascii: "\n")], to: channel)
        case 4: push((0..<10_000).map { _ in .random(in: .min ... .max, using: &generator) }, to: channel)
        case 5:
            push(request("events.follow", id: 1) + request("events", id: 2) + [0x22, 0xFF, 0xFE, 0x22, 0], to: channel)
        case 6: push([UInt8](repeating: 0, count: 1_000_000), to: channel)
        default:
            push(request("call", id: 1) + Array(request("reloadAll", id: 2).prefix(30)), to: channel)
            channel.hangUp()
        }
        return channel
    }

    /// Asks so often on one connection, and says how many of the answers were right.
    private static func ask(_ path: String, times: Int, byteByByte: Bool) throws -> Int {
        let channel = try UnixSocket.connect(path)
        var lines = LineSplitter(limit: 1 << 20)
        var right = 0
        for id in 0..<times {
            let message = request("status", id: id)
            if byteByByte {
                for byte in message { try channel.sendAll([byte]) }
            } else {
                try channel.sendAll(message)
            }
            var answer: [UInt8]?
            while answer == nil {
                answer = try lines.next()
                guard answer == nil else { break }
                _ = try channel.wait(reading: true, writing: false)
                switch try channel.receive() {
                case .bytes(let bytes): lines.append(bytes)
                case .nothing: continue
                case .end: return right
                }
            }
            let value = try JSONDecoder().decode(JSONValue.self, from: Data(answer ?? []))
            if value["id"] == .integer(Int64(id)), value["result"]["host"]["pid"] != .null { right += 1 }
        }
        return right
    }

    @Test("serves 50 good clients while 50 others send halves, garbage and floods, and gives everything back")
    func crowd() async throws {
        let times = Torture.rounds(short: 3, long: 200)
        let waves = Torture.rounds(short: 1, long: 20)
        try await run { bench, host async throws in
            let path = bench.socket
            var generator = Torture.generator()
            #expect(try Self.ask(path, times: 1, byteByByte: false) == 1)
            let before = try Footprint(of: host.processID)
            for _ in 0..<waves {
                let bad = try (0..<50).map { try Self.makeBadClient($0, path, &generator) }
                let good = (0..<50).map { number in
                    OnThread { try Self.ask(path, times: times, byteByByte: number % 5 == 0) }
                }
                for client in good { #expect(try await client.value == times, "seed \(Torture.seed)") }
                // The connections of the bad ones last until here.
                withExtendedLifetime(bad) {}
            }
            try await bench.until("all descriptors are back") {
                try Footprint(of: host.processID).descriptors <= before.descriptors
            }
            let after = try Footprint(of: host.processID)
            #expect(after.kilobytes - before.kilobytes < 64 * 1024 * Sanitizer.appetite, "seed \(Torture.seed)")
            #expect(after.peak - before.kilobytes < 256 * 1024 * Sanitizer.appetite, "seed \(Torture.seed)")
        }
    }

    @Test("refuses a message of 100 MB and says so, and has no more of it in memory afterwards")
    func largeMessage() async throws {
        try await run { bench, host async throws in
            let path = bench.socket
            let before = try Footprint(of: host.processID)
            for _ in 0..<Torture.rounds(short: 1, long: 20) {
                let refusal = OnThread { () throws -> JSONValue in
                    let channel = try UnixSocket.connect(path)
                    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
                    // The host ends the connection before it has all of it.
                    for _ in 0..<100 {
                        do { try channel.sendAll(piece) } catch { break }
                    }
                    var answer: [UInt8] = []
                    while true {
                        _ = try channel.wait(reading: true, writing: false)
                        guard case .bytes(let bytes) = try channel.receive() else { break }
                        answer += bytes
                    }
                    return try JSONDecoder().decode(JSONValue.self, from: Data(answer))
                }
                // Others are served meanwhile.
                #expect(try await OnThread { try Self.ask(path, times: 5, byteByByte: false) }.value == 5)
                let error = try await refusal.value["error"]
                #expect(error["code"] == .integer(-32600))
                #expect(error["message"].text?.contains("at most 67108864 bytes") == true)
            }
            // The last refusal may have come before the host has let go of the connection.
            try await bench.until("the memory is back") {
                try Footprint(of: host.processID).kilobytes - before.kilobytes < 32 * 1024 * Sanitizer.appetite
            }
            #expect(try Footprint(of: host.processID).peak - before.kilobytes < 300 * 1024 * Sanitizer.appetite)
        }
    }

    @Test("answers every request of a client that sends thousands before it reads one")
    func pipeline() async throws {
        let count = Torture.rounds(short: 500, long: 20_000)
        try await run { bench, _ async throws in
            let path = bench.socket
            let answers = OnThread { () throws -> [Int64] in
                let channel = try UnixSocket.connect(path)
                let requests = (0..<count).flatMap { Self.request("quarantine.list", id: $0) }
                var lines = LineSplitter(limit: 1 << 20)
                var ids: [Int64] = []
                var sent = 0
                while ids.count < count {
                    // Nothing is read while anything can be sent.
                    while sent < requests.count, case let more = try channel.send(requests, from: sent), more > 0 {
                        sent += more
                    }
                    _ = try channel.wait(reading: true, writing: sent < requests.count)
                    if case .bytes(let bytes) = try channel.receive() { lines.append(bytes) }
                    while let line = try lines.next() {
                        let id = try JSONDecoder().decode(JSONValue.self, from: Data(line))["id"]
                        if case .integer(let number) = id { ids.append(number) }
                    }
                }
                return ids
            }
            #expect(try await answers.value == (0..<Int64(count)).map { $0 })
        }
    }
}
