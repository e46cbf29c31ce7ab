import Glibc
import LinuxSystem
import Synchronization
import Testing

@testable import RunnerProtocol

@Suite("A channel", .timeLimit(.minutes(10)))
struct ChannelTests {
    /// Answers with method and input, and a status of the call's kind.
    private static func echo(_ call: ServedCall, _ answer: inout AnswerWriter) -> Int32 {
        _ = answer.append(call.method)
        _ = answer.append(call.input)
        return Int32(call.kind)
    }

    private static func pattern(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            for index in 0..<count { buffer[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8) }
            filled = count
        }
    }

    @Test(
        "carries method, input, status and answer of any size, RS-3",
        arguments: [
            0, 1, 4096, 127 << 10, (128 << 10) - 16, (128 << 10) - 15, 128 << 10, 129 << 10, 5 << 20,
        ]
    )
    func carries(size: Int) async throws {
        let channel = try Channel(Self.echo)
        defer { channel.stop() }
        let input = Self.pattern(size)
        for kind in 1...3 {
            let reply = await onThread { Result { try channel.host.ask("echo", input, kind: UInt32(kind)) } }
            #expect(try reply.get() == Reply(status: Int32(kind), bytes: Array("echo".utf8) + input))
        }
        // What was in the ranges is given back.
        #expect(try Self.hugeBlocks(channel) < 1 << 20)
    }

    @Test("tells where the server of a lane runs before it has answered anything")
    func tellsProcessor() async throws {
        let memory = try ChannelMemory(lanes: 2)
        let lane = memory.lane(1)
        lane.store32(ChannelLayout.serverProcessor, Spinning.unknownProcessor)
        let server = ServerSide(memory)
        let serving = Task { await onThread { server.serve(lane: 1, Self.echo) } }
        while lane.load32(ChannelLayout.serverProcessor) == Spinning.unknownProcessor {
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(lane.load32(ChannelLayout.serverProcessor) < UInt32(sysconf(CInt(_SC_NPROCESSORS_CONF))))
        server.close()
        await serving.value
    }

    @Test("hands over the method of each call, whichever stood in the lane before")
    func handsOverMethods() async throws {
        let channel = try Channel(Self.echo)
        defer { channel.stop() }
        let long = String(repeating: "l", count: 33)
        let limit = String(repeating: "m", count: 32)
        let methods = ["a", "a", "b", "", "b", "ab", "a", limit, limit, long, long, limit, "a", "", ""]
        let answers = await onThread {
            methods.enumerated().map { index, method in
                (try? channel.host.ask(method, [UInt8(index)]))?.bytes ?? []
            }
        }
        let expected = methods.enumerated().map { index, method in Array(method.utf8) + [UInt8(index)] }
        #expect(answers == expected)
    }

    @Test("hands over id, flags, deadline and a number of the two sides' own")
    func handsOver() async throws {
        let seen = Mutex<[UInt64]>([])
        let channel = try Channel { call, _ in
            seen.withLock {
                $0 = [call.id, UInt64(call.flags), call.deadline, call.auxiliary, UInt64(call.kind)]
            }
            return 0
        }
        defer { channel.stop() }
        let deadline = MonotonicInstant.now.advanced(by: .seconds(50))
        await onThread {
            let request = ChannelRequest(kind: .max, flags: 0x8000_0001, id: .max, auxiliary: .max - 1)
            #expect(throws: Never.self) { try channel.host.call(request, until: deadline) { _ in } }
        }
        #expect(seen.withLock { $0 } == [.max, 0x8000_0001, deadline.nanoseconds, .max - 1, UInt64(UInt32.max)])
    }

    @Test("answers each of many callers at once with its own answer, awake or asleep", arguments: [1, 8], [1, 2])
    func answersMany(callers: Int, usableProcessors: Int) async throws {
        let channel = try Channel(usableProcessors: usableProcessors, Self.echo)
        defer { channel.stop() }
        let wrong = await onThreads(callers) { caller in
            (0..<2000).count { number in
                let input = Array("\(caller) \(number)".utf8)
                return (try? channel.host.ask("", input))?.bytes != input
            }
        }
        #expect(wrong == Array(repeating: 0, count: callers))
        #expect(channel.corruptions.withLock { $0 } == [])
    }

    @Test("makes callers wait when all lanes are taken, and refuses who has waited until its deadline")
    func exhausted() async throws {
        let (entered, gate) = (Gate(), Gate())
        let channel = try Channel(lanes: 3) { call, answer in
            entered.open()
            gate.wait()
            return Self.echo(call, &answer)
        }
        defer { channel.stop() }
        async let first = onThreads(2) { _ in try? channel.host.ask("a").status }
        await onThread { entered.wait(for: 2) }
        let error = await onThread {
            failure { try channel.host.ask("b", until: .now.advanced(by: .milliseconds(20))) }
        }
        #expect(error == .timedOut(wasTaken: false))
        // The lane for lifecycle functions is another.
        async let lifecycle = onThread { try? channel.host.ask("d", isLifecycle: true).status }
        await onThread { entered.wait(for: 3) }
        async let more = onThreads(6) { _ in try? channel.host.ask("c").status }
        gate.open()
        #expect(await first == [1, 1])
        #expect(await lifecycle == 1)
        #expect(await more == Array(repeating: 1, count: 6))
    }

    @Test("asks for a lane's server when the lane is used for the first time")
    func asksForLanes() async throws {
        let memory = try ChannelMemory(lanes: 4)
        let asked = Mutex<[Int]>([])
        let host = CallerSide(
            memory,
            needsLanes: { lane in asked.withLock { $0.append(lane) } },
            onCorruption: { _ in }
        )
        for _ in 0..<2 {
            let error = await onThread { failure { try host.ask(until: .now) } }
            #expect(error == .timedOut(wasTaken: false))
        }
        #expect(asked.withLock { $0 } == [1, 2])
        // They are served already.
        host.expectCalls()
        #expect(
            await onThread { failure { try host.ask(isLifecycle: true, until: .now) } } == .timedOut(wasTaken: false)
        )
        #expect(asked.withLock { $0 } == [1, 2])
    }

    @Test("refuses what is larger than the limit, on both sides, and goes on")
    func tooLarge() async throws {
        let channel = try Channel(lanes: 3, payloadLimit: 1 << 20) { call, answer in
            let block = [UInt8](repeating: 1, count: 1 << 16)
            for _ in 0..<call.auxiliary { _ = block.withUnsafeBytes { answer.append($0) } }
            return 0
        }
        defer { channel.stop() }
        let large = [UInt8](repeating: 0, count: 1 << 20 + 1)
        #expect(
            await onThread { failure { try channel.host.ask("a", large) } }
                == .tooLarge(bytes: 1 << 20 + 1, limit: 1 << 20)
        )
        let name = String(repeating: "n", count: 65_537)
        #expect(await onThread { failure { try channel.host.ask(name) } } == .tooLarge(bytes: 65_537, limit: 65_536))
        for (blocks, status) in [(16, 0), (17, ServerSide.internalFailure), (1, 0)] as [(UInt64, Int32)] {
            let reply = await onThread {
                Result {
                    try channel.host.call(ChannelRequest(kind: 0, auxiliary: blocks)) { ($0.status, $0.size, $0.bytes) }
                }
            }
            let (result, size, bytes) = try reply.get()
            #expect(result == status)
            if status == 0 {
                #expect(size == Int(blocks) << 16)
            } else {
                #expect(String(decoding: bytes, as: UTF8.self).contains("1114112 bytes are too many"))
            }
        }
        #expect(channel.corruptions.withLock { $0 } == [])
        #expect(try Self.hugeBlocks(channel) < 1 << 20)
    }

    /// What the file takes, in bytes.
    private static func hugeBlocks(_ channel: Channel) throws -> Int {
        try channel.host.memory.withNumber { number in
            var status = stat()
            try #require(fstat(number, &status) == 0)
            return Int(status.st_blocks) * 512
        }
    }
}

/// The error of a call that has none of an answer.
func failure<Value>(_ body: () throws -> Value) -> ChannelError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? ChannelError
    }
}
