import LinuxSystem
import Synchronization
import Testing

@testable import RunnerProtocol

@Suite("What goes before calls", .timeLimit(.minutes(10)))
struct RightOfWayTests {
    @Test("has both sides of each lane give way, and those of the lifecycle be ready, until all of it is over")
    func tellsTheServer() async throws {
        let seen = Mutex<[UInt32]>([])
        let rightOfWay = RightOfWay()
        let channel = try Channel(usableProcessors: 2, rightOfWay: rightOfWay) { call, _ in
            seen.withLock { $0.append(call.flags) }
            return 0
        }
        defer { channel.stop() }
        func ask() async throws -> [UInt32] {
            seen.withLock { $0 = [] }
            for isLifecycle in [false, true] {
                let reply = await onThread { Result { try channel.host.ask(isLifecycle: isLifecycle) } }
                #expect(try reply.get().status == 0)
            }
            return seen.withLock { $0 }
        }
        let both = [ChannelLayout.givesWay, ChannelLayout.staysReady]
        #expect(try await ask() == [0, 0])
        rightOfWay.take()
        rightOfWay.take()
        #expect(try await ask() == both)
        rightOfWay.giveBack()
        #expect(try await ask() == both)
        rightOfWay.giveBack()
        #expect(try await ask() == [0, 0])
    }

    @Test("changes nothing where one processor is all there is")
    func oneProcessor() async throws {
        let seen = Mutex<[UInt32]>([])
        let rightOfWay = RightOfWay()
        rightOfWay.take()
        let channel = try Channel(usableProcessors: 1, rightOfWay: rightOfWay) { call, _ in
            seen.withLock { $0.append(call.flags) }
            return 0
        }
        defer { channel.stop() }
        #expect(await onThread { try? channel.host.ask().status } == 0)
        #expect(seen.withLock { $0 } == [0])
    }

    @Test("is told to a server by flags that mean the same there", arguments: [Wakefulness.usual, .givingWay, .ready])
    func flags(wakefulness: Wakefulness) {
        #expect(Wakefulness(flags: wakefulness.flags) == wakefulness)
        #expect(Wakefulness(flags: wakefulness.flags | 7) == wakefulness)
    }
}
