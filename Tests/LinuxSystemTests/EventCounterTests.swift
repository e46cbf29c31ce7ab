import Glibc
import LinuxSystem
import Synchronization
import Testing

@Suite("A counter that another process signals", .timeLimit(.minutes(10)))
struct EventCounterTests {
    private func signal(_ counter: EventCounter) {
        var one: UInt64 = 1
        #expect(counter.withNumber { write($0, &one, 8) } == 8)
    }

    @Test("calls its handler for each signal that comes after the one before was handled")
    func calls() async throws {
        let loop = try EventLoop(name: "counter")
        defer { loop.stop() }
        let counter = try EventCounter()
        let calls = AsyncStream.makeStream(of: Int.self)
        try await loop.run { _ = try counter.watch(on: loop) { calls.continuation.yield(1) } }
        var received = calls.stream.makeAsyncIterator()
        for _ in 0..<3 {
            signal(counter)
            #expect(await received.next() == 1)
        }
    }

    @Test("does not hold the loop up when the other process has it block, and takes the count first")
    func taken() async throws {
        let loop = try EventLoop(name: "counter")
        defer { loop.stop() }
        let (earlier, counter) = (try EventCounter(), try EventCounter())
        // Such flags are those of all processes that have the descriptor.
        #expect(counter.withNumber { fcntl($0, F_SETFL, 0) } == 0)
        let isTaken = Box(false)
        try await loop.run {
            _ = try earlier.watch(on: loop) {
                var count: UInt64 = 0
                guard counter.withNumber({ read($0, &count, 8) }) == 8 else { return }
                isTaken.value.withLock { $0 = true }
            }
            _ = try counter.watch(on: loop) {}
            signal(earlier)
            signal(counter)
        }
        while !isTaken.value.withLock({ $0 }) { try await loop.run {} }
        try await loop.run {}
    }
}
