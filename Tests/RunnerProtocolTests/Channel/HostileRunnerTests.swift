import LinuxSystem
import Synchronization
import Testing

@testable import RunnerProtocol

@Suite("A runner that writes garbage into its channel", .serialized, .timeLimit(.minutes(10)))
struct HostileRunnerTests {
    /// Behind a lane's last field.
    private static let unused = ChannelLayout.answerArea + ChannelLayout.areaSize

    private static let impossibleSizes: [UInt64] = [
        1 << 17 + 1, 1 << 30 + 1, 1 << 31, 1 << 62, 1 << 63, .max - 1, .max,
    ]

    /// A channel whose runner answers each request by what it writes into the lane.
    private func channel(
        _ write: @escaping @Sendable (SharedFields) -> Void
    ) throws -> Channel {
        try Channel(lanes: 3) { runner, lane in
            let fields = runner.memory.lane(lane)
            var served: UInt32 = 0
            while !runner.isClosed {
                let value = fields.acquire(ChannelLayout.requestWord)
                guard value != served else {
                    Processors.pause()
                    continue
                }
                served = value
                write(fields)
                fields.post(ChannelLayout.answerWord, served, flag: ChannelLayout.callerSleeps)
            }
        }
    }

    @Test(
        "costs the call that met it when a size can't be",
        arguments: impossibleSizes,
        [
            ChannelLayout.answerSize, ChannelLayout.secondSize,
        ]
    )
    func sizes(size: UInt64, field: Int) async throws {
        let place = Mutex(ChannelLayout.inArea)
        let channel = try channel { fields in
            fields.store32(ChannelLayout.answerPlace, place.withLock { $0 })
            fields.store64(field, size)
        }
        defer { channel.stop() }
        for value in [ChannelLayout.inArea, ChannelLayout.inRange] {
            place.withLock { $0 = value }
            let error = await onThread { failure { try channel.host.ask(until: .now.advanced(by: .seconds(20))) } }
            // So many bytes may be in a range, and they are all zero.
            if value == ChannelLayout.inRange, size <= UInt64(1) << 30 {
                #expect(error == nil)
                continue
            }
            guard case .corrupt(let defect) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(defect.contains("\(size)"))
            #expect(channel.corruptions.withLock { $0 }.last == defect)
        }
        // The lane is as it was.
        #expect(channel.host.abandoned == 0)
    }

    @Test("can't make two sizes fit that don't")
    func twoSizes() async throws {
        let channel = try channel { fields in
            fields.store64(ChannelLayout.answerSize, 1 << 16 + 1)
            fields.store64(ChannelLayout.secondSize, 1 << 16)
        }
        defer { channel.stop() }
        let error = await onThread { failure { try channel.host.ask() } }
        #expect(error == .corrupt("an answer of 65537 and 65536 bytes in a smaller place"))
    }

    @Test("costs that call when the place of an answer does not exist")
    func places() async throws {
        let channel = try channel { $0.store32(ChannelLayout.answerPlace, 2) }
        defer { channel.stop() }
        #expect(
            await onThread { failure { try channel.host.ask() } }
                == .corrupt("an answer in place 2, which does not exist")
        )
    }

    @Test(
        "costs that call and its lane when the answer's word is another",
        arguments: [2, 7, 0x7fff_ffff, 1 << 31, .max]
    )
    func words(word: UInt32) async throws {
        let isHostile = Atomic(true)
        let channel = try channel { fields in
            if isHostile.exchange(false, ordering: .relaxed) {
                fields.post(ChannelLayout.answerWord, word, flag: ChannelLayout.callerSleeps)
                // Until the caller has met it.
                while fields.load32(Self.unused) == 0 { Processors.pause() }
            }
        }
        defer { channel.stop() }
        let error = await onThread { failure { try channel.host.ask() } }
        #expect(error == .corrupt("the word of an answer is \(word)"))
        #expect(channel.corruptions.withLock { $0.count } == 1)
        #expect(channel.host.abandoned == 1)
        // Another lane serves, and the answer that comes at last brings this one back.
        #expect(await onThread { try? channel.host.ask() } == Reply(status: 0))
        channel.host.memory.lane(1).store32(Self.unused, 1)
        #expect(await onThread { channel.host.waitUntilNoneIsAbandoned(until: .now.advanced(by: .seconds(50))) })
    }

    @Test("costs no answer and no deadline by saying each time that it goes to another processor")
    func alwaysLeaves() async throws {
        let isSilent = Atomic(false)
        let channel = try Channel(lanes: 2) { _, _ in
            while isSilent.load(ordering: .acquiring) { Processors.giveWay() }
            return 0
        }
        defer { channel.stop() }
        let lane = channel.host.memory.lane(1)
        for _ in 0..<100 {
            lane.store32(ChannelLayout.serverProcessor, ChannelLayout.leaves)
            #expect(await onThread { try? channel.host.ask() } == Reply(status: 0))
        }
        isSilent.store(true, ordering: .releasing)
        lane.store32(ChannelLayout.serverProcessor, ChannelLayout.leaves)
        let error = await onThread { failure { try channel.host.ask(until: .now.advanced(by: .milliseconds(20))) } }
        #expect(error == .timedOut(wasTaken: true) || error == .timedOut(wasTaken: false))
        isSilent.store(false, ordering: .releasing)
        #expect(await onThread { channel.host.waitUntilNoneIsAbandoned(until: .now.advanced(by: .seconds(50))) })
    }

    @Test("reads and writes nothing else, whatever all fields of a lane are, and hangs nobody", arguments: 0..<6)
    func anything(seed: UInt64) async throws {
        let channel = try Channel(lanes: 3) { runner, lane in
            let fields = runner.memory.lane(lane)
            var random = SplitMix(seed: seed &* 100 &+ UInt64(lane))
            while !runner.isClosed {
                // Headers, words, flags and areas: each number of each line that this side or the other writes.
                for line in [0, ChannelLayout.takenWord, ChannelLayout.requestWord + 0x20100] {
                    let offset = line + Int(random.next() % 16) * 4
                    fields.store32(
                        offset,
                        random.next() % 3 == 0 ? UInt32(random.next() % 64) : UInt32(truncatingIfNeeded: random.next())
                    )
                }
                if random.next() % 4 == 0 {
                    let word = fields.load32(ChannelLayout.requestWord)
                    fields.post(ChannelLayout.answerWord, word, flag: ChannelLayout.callerSleeps)
                }
            }
        }
        let ends = await onThreads(3) { caller in
            (0..<50).map { _ in
                failure {
                    try channel.host.ask(
                        "m",
                        [1, 2, 3],
                        isLifecycle: caller == 0,
                        until: .now.advanced(by: .milliseconds(5))
                    )
                }
            }
        }
        for end in ends.joined() {
            switch end {
            case nil, .timedOut, .corrupt: break
            default: Issue.record("\(String(describing: end))")
            }
        }
        channel.stop()
    }
}
