import LinuxSystem
import Synchronization
import Testing

@testable import RunnerProtocol

@Suite("The end of a channel's calls", .timeLimit(.minutes(10)))
struct ChannelEndTests {
    @Test("is the deadline: the lane comes back with the late answer")
    func lateAnswer() async throws {
        let (entered, gate) = (Gate(), Gate())
        let channel = try Channel(lanes: 2) { call, answer in
            if call.input.isEmpty { return 0 }
            entered.open()
            gate.wait()
            _ = answer.append(call.input)
            return 0
        }
        defer { channel.stop() }
        let host = channel.host
        let input = [UInt8](repeating: 3, count: 1 << 20)
        let before = MonotonicInstant.now
        let error = await onThread { failure { try host.ask("a", input, until: .now.advanced(by: .milliseconds(50))) } }
        await onThread { entered.wait() }
        // It may have been told before the server has begun.
        #expect(error == .timedOut(wasTaken: true) || error == .timedOut(wasTaken: false))
        #expect(host.abandoned == 1)
        #expect(try #require(host.oldestAbandoned) > before)
        #expect(!(await onThread { host.waitUntilNoneIsAbandoned(until: .now.advanced(by: .milliseconds(5))) }))
        // The only lane is out of use.
        #expect(
            await onThread { failure { try host.ask("b", until: .now.advanced(by: .milliseconds(30))) } }
                == .timedOut(wasTaken: false)
        )
        async let isOver = onThread { host.waitUntilNoneIsAbandoned(until: .now.advanced(by: .seconds(50))) }
        async let waiting = onThread { try? host.ask("c", until: .now.advanced(by: .seconds(50))) }
        gate.open()
        #expect(await isOver)
        #expect(await waiting == Reply(status: 0))
        #expect(host.abandoned == 0)
        #expect(host.oldestAbandoned == nil)
    }

    @Test("says whether the plugin had the call when the deadline passed")
    func taken() async throws {
        let (entered, gate) = (Gate(), Gate())
        let channel = try Channel(lanes: 2) { _, _ in
            entered.open()
            gate.wait()
            return 0
        }
        defer { channel.stop() }
        defer { gate.open() }
        // Its end is no moment that the server could miss, however busy the machine is.
        async let error = onThread { failure { try channel.host.ask(until: .now.advanced(by: .seconds(5))) } }
        await onThread { entered.wait() }
        #expect(await error == .timedOut(wasTaken: true))
    }

    @Test("comes to each caller once when the channel is closed, and says which calls were in the plugin")
    func closes() async throws {
        let (entered, gate) = (Gate(), Gate())
        let channel = try Channel(lanes: 9) { runner, lane in
            // The servers of half of the lanes have died before they could begin.
            if lane > 4 { return }
            runner.serve(lane: lane) { _, _ in
                entered.open()
                gate.wait()
                return 0
            }
        }
        let ends = Mutex<[ChannelError?]>([])
        let callers = (0..<12).map { _ in
            Worker {
                let end = failure { try channel.host.ask() }
                ends.withLock { $0.append(end) }
            }
        }
        await onThread { entered.wait(for: 4) }
        channel.host.close()
        await onThread { for caller in callers { caller.wait() } }
        let all = ends.withLock { $0 }
        #expect(all.count == 12)
        #expect(all.count { $0 == .closed(wasTaken: true) } == 4)
        #expect(all.count { $0 == .closed(wasTaken: false) } == 8)
        #expect(await onThread { failure { try channel.host.ask() } } == .closed(wasTaken: false))
        #expect(await onThread { failure { try channel.host.ask(isLifecycle: true) } } == .closed(wasTaken: false))
        #expect(channel.host.abandoned == 0)
        gate.open()
        channel.stop()
    }

    @Test("can't be lost, even if somebody undoes what the waiting threads wait for")
    func cannotBeUndone() async throws {
        let (entered, over) = (Gate(), Gate())
        let channel = try Channel(lanes: 3) { runner, lane in
            guard lane > 0 else { return }
            let fields = runner.memory.lane(lane)
            entered.open()
            over.wait()
            // The closing changed the word and woke the caller; this makes it as it was, as often as it likes.
            for _ in 0..<1000 { fields.store32(ChannelLayout.answerWord, 0) }
        }
        async let ends = onThreads(2) { _ in failure { try channel.host.ask() } }
        await onThread { entered.wait(for: 2) }
        channel.host.close()
        over.open()
        #expect(await ends == [.closed(wasTaken: false), .closed(wasTaken: false)])
        channel.stop()
    }

    @Test("is at once for servers that sleep, and after their call for those that don't")
    func serversReturn() async throws {
        let channel = try Channel(lanes: 4) { _, _ in 0 }
        _ = await onThreads(3) { _ in try? channel.host.ask() }
        await onThread { channel.stop() }
        #expect(channel.runner.isClosed)
    }
}
