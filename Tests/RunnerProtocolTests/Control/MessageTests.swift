import PluginLoading
import Testing

@testable import RunnerProtocol

@Suite("A control message")
struct MessageTests {
    static let ofHosts: [HostMessage] = [
        .welcome, .rehearse(sandbox: [4, 5]), .refuse("wrong token"),
        .assign(label: "greeter", sandbox: [1, 2, 3], directory: "/tmp"), .seat(7),
        .lanes(seat: .max, count: 33), .ping(.max), .shutDown,
        .answer(seat: 1, number: 2, answer: ServiceAnswer(status: -4, bytes: [7, 8]), isApart: true), .left(3),
    ]
    private static let speaker = Speaker(seat: 5, token: RegistrationToken(high: .max, low: 1))
    static let ofRunners: [RunnerMessage] = [
        .hello(protocolVersion: 1, token: "0123", abiMajor: 1, abiMinor: 2), .refused("why"),
        .log(speaker, level: -3, text: "said"), .event(speaker, type: "a.b", data: [0, 255]),
        .dropped(speaker, count: .max), .pong(4),
        .request(
            speaker,
            number: 6,
            call: ServiceCall(service: "ph.plugins/1", method: "a/b", input: [0, 9], deadline: .max, chain: 3),
            isApart: false
        ),
        .missed(speaker, interface: "ph.hooks/1"), .full(seat: 8, reason: "no room"),
    ]

    @Test("of a host arrives as it was sent", arguments: ofHosts)
    func host(message: HostMessage) throws {
        #expect(try HostMessage(reading: message.bytes) == message)
    }

    @Test("of a runner arrives as it was sent", arguments: ofRunners)
    func runner(message: RunnerMessage) throws {
        #expect(try RunnerMessage(reading: message.bytes) == message)
    }

    @Test("of a host is refused if it ends early or goes on", arguments: ofHosts)
    func hostTruncated(message: HostMessage) {
        for count in 0..<message.bytes.count {
            #expect(throws: FrameError.self) { try HostMessage(reading: Array(message.bytes.prefix(count))) }
        }
        #expect(throws: FrameError.self) { try HostMessage(reading: message.bytes + [0]) }
    }

    @Test("of a runner is refused if it ends early or goes on", arguments: ofRunners)
    func runnerTruncated(message: RunnerMessage) {
        for count in 0..<message.bytes.count {
            #expect(throws: FrameError.self) { try RunnerMessage(reading: Array(message.bytes.prefix(count))) }
        }
        #expect(throws: FrameError.self) { try RunnerMessage(reading: message.bytes + [0]) }
    }

    @Test("of an unknown kind is named", arguments: [10, 11, 255] as [UInt8])
    func unknown(kind: UInt8) {
        #expect(throws: FrameError("there is no message \(kind) of a host")) { try HostMessage(reading: [kind]) }
        #expect(throws: FrameError("there is no message \(kind) of a runner")) { try RunnerMessage(reading: [kind]) }
    }

    @Test("of random bytes is refused, or is one that says the same again", arguments: 0..<8 as Range<UInt64>)
    func random(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for _ in 0..<2000 {
            var bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            if !bytes.isEmpty, Bool.random(using: &random) { bytes[0] %= 10 }
            Self.check(bytes)
        }
    }

    @Test("with some bytes changed is refused, or is one that says the same again", arguments: 0..<8 as Range<UInt64>)
    func mutated(seed: UInt64) {
        var random = SplitMix(seed: seed &+ 1000)
        let whole = Self.ofHosts.map(\.bytes) + Self.ofRunners.map(\.bytes)
        for _ in 0..<2000 {
            var bytes = whole[Int.random(in: 0..<whole.count, using: &random)]
            for _ in 0...Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
                case 1: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][Int.random(in: 0..<5, using: &random)]
                case 2: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            Self.check(bytes)
        }
    }

    /// Reading must not trap, and what it gives must survive being said again.
    private static func check(_ bytes: [UInt8]) {
        if let message = try? HostMessage(reading: bytes) {
            #expect((try? HostMessage(reading: message.bytes)) == message, "\(bytes)")
        }
        if let message = try? RunnerMessage(reading: bytes) {
            #expect((try? RunnerMessage(reading: message.bytes)) == message, "\(bytes)")
        }
        _ = try? CreateRequest(reading: bytes)
        _ = try? ImageRequest(reading: bytes)
    }
}
