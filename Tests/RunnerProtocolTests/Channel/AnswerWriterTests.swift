import LinuxSystem
import Testing

@testable import RunnerProtocol

@Suite("The writer of an answer", .timeLimit(.minutes(10)))
struct AnswerWriterTests {
    /// The answer to one call whose handler writes it so.
    private func reply(
        payloadLimit: Int = 1 << 22,
        _ write: @escaping @Sendable (inout AnswerWriter) -> Int32
    ) async throws -> Reply {
        let channel = try Channel(lanes: 2, payloadLimit: payloadLimit) { _, answer in write(&answer) }
        defer { channel.stop() }
        let reply = await onThread { Result { try channel.host.ask() } }
        // Whatever was written, the next call begins with nothing.
        #expect(channel.host.abandoned == 0)
        return try reply.get()
    }

    private static func bytes(_ count: Int, _ value: UInt8) -> [UInt8] {
        [UInt8](repeating: value, count: count)
    }

    @Test(
        "takes an answer in pieces of any size",
        arguments: [1, 100, 4093, 65_536, 131_071, 131_072, 131_073, 1_000_000]
    )
    func pieces(size: Int) async throws {
        let reply = try await reply { answer in
            for piece in 0..<UInt8(3) { answer.takes(Self.bytes(size, piece)) }
            return 5
        }
        #expect(reply == Reply(status: 5, bytes: (0..<3).flatMap { Self.bytes(size, $0) }))
    }

    @Test(
        "attaches a second part",
        arguments: [(0, 0), (10, 20), (0, 5), (130_000, 2000), (10, 400_000), (400_000, 10)]
    )
    func secondPart(first: Int, second: Int) async throws {
        let reply = try await reply { answer in
            answer.takes(Self.bytes(first, 1))
            answer.beginSecondPart(auxiliary: 9)
            answer.takes(Self.bytes(second, 2))
            return 0
        }
        #expect(reply == Reply(status: 0, bytes: Self.bytes(first, 1), second: Self.bytes(second, 2), auxiliary: 9))
    }

    @Test("drops all, and takes what comes instead", arguments: [0, 10, 400_000])
    func drops(size: Int) async throws {
        let reply = try await reply { answer in
            answer.takes(Self.bytes(size, 1))
            answer.beginSecondPart(auxiliary: 9)
            answer.takes(Self.bytes(size, 2))
            answer.discard()
            answer.takes(Array("no".utf8))
            return 3
        }
        #expect(reply == Reply(status: 3, bytes: Array("no".utf8)))
    }

    @Test("refuses what is too large, and goes on after it was dropped")
    func tooLarge() async throws {
        let limit = 1 << 20
        let spoilt = try await reply(payloadLimit: limit) { answer in
            answer.takes(Self.bytes(limit, 1))
            answer.beginSecondPart(auxiliary: 4)
            answer.takes(Self.bytes(limit, 2))
            answer.refuses([1])
            answer.refuses([1])
            return 0
        }
        #expect(spoilt.status == 10)
        #expect(
            String(decoding: spoilt.bytes, as: UTF8.self)
                == "1048577 bytes are too many for one call; the limit is 1048576"
        )
        let instead = try await reply(payloadLimit: limit) { answer in
            answer.refuses(Self.bytes(limit + 1, 1))
            answer.discard()
            answer.takes([8])
            return 1
        }
        #expect(instead == Reply(status: 1, bytes: [8]))
    }
}

extension AnswerWriter {
    fileprivate mutating func takes(_ bytes: [UInt8]) {
        let isTaken = write(bytes)
        #expect(isTaken)
    }

    fileprivate mutating func refuses(_ bytes: [UInt8]) {
        let isTaken = write(bytes)
        #expect(!isTaken)
    }

    private mutating func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { append($0) }
    }
}
