import LinuxSystem
import Testing

@testable import RunnerProtocol

@Suite("Where a server runs")
struct ServerPlaceTests {
    /// Serves calls from the processor that it is on itself, until it says that it leaves or has served so many.
    private static func serve(_ place: inout ServerPlace, _ lane: SharedFields, atMost count: Int, isBusy: Bool) -> Int?
    {
        for call in 1...count {
            var header = RequestHeader(reading: lane)
            header.processor = Spinning.ownProcessor
            header.flags = isBusy ? ChannelLayout.isBusy : 0
            place.note(header)
            place.tell()
            if lane.load32(ChannelLayout.serverProcessor) == ChannelLayout.leaves { return call }
            place.consider(isSilent: false)
        }
        return nil
    }

    @Test(
        "is left after a burst of calls from the same processor, and the caller is told with the answer before",
        .enabled(if: Processors.usable > 1)
    )
    func leaves() throws {
        let memory = try ChannelMemory(lanes: 2)
        defer { withExtendedLifetime(memory) {} }
        let lane = memory.lane(0)
        var place = ServerPlace(in: lane, usableProcessors: 2)
        #expect(lane.load32(ChannelLayout.serverProcessor) != ChannelLayout.leaves)
        // More than the first time, if the kernel moves this thread meanwhile.
        let calls = try #require(Self.serve(&place, lane, atMost: 10_000, isBusy: true))
        #expect(calls > Int(StackedWaits.first))
        let hasLeft = place.leaves()
        #expect(hasLeft)
        // It stands there until the next answer, so that whoever asks next waits for it awake.
        #expect(lane.load32(ChannelLayout.serverProcessor) == ChannelLayout.leaves)
        // The kernel may bring this thread back at once, and then it goes once more.
        let stays = (0..<1000).contains { _ in
            place.tell()
            return !place.leaves()
        }
        #expect(stays)
        #expect(lane.load32(ChannelLayout.serverProcessor) < 1 << 16)
    }

    @Test("stays where there is silence between the calls, and where there is one processor", arguments: [1, 2])
    func stays(usable: Int) throws {
        let memory = try ChannelMemory(lanes: 2)
        var place = ServerPlace(in: memory.lane(0), usableProcessors: usable)
        let call = Self.serve(&place, memory.lane(0), atMost: 10_000, isBusy: usable == 1)
        #expect(call == nil)
    }
}
