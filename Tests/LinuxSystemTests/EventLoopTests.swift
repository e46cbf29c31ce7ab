import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite("An event loop", .timeLimit(.minutes(10)))
struct EventLoopTests {
    /// An actor whose work all happens on a loop's thread.
    private actor Guest {
        let loop: EventLoop
        private(set) var numbers: [Int] = []

        init(loop: EventLoop) { self.loop = loop }

        nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

        func add(_ number: Int) -> Bool {
            numbers.append(number)
            return loop.isCurrent
        }
    }

    @Test("runs the jobs of an actor, and what it is given, on its one thread and in order")
    func runsJobs() async throws {
        let loop = try EventLoop(name: "a name that is longer than the kernel's fifteen bytes")
        defer { loop.stop() }
        #expect(!loop.isCurrent)
        let guest = Guest(loop: loop)
        #expect(await guest.add(0))
        for number in 1...1000 { loop.perform { guest.assumeIsolated { _ = $0.add(number) } } }
        #expect(await guest.numbers == Array(0...1000))
    }

    @Test("runs what is queued while many threads wake it, and loses none")
    func losesNone() async throws {
        let loop = try EventLoop(name: "storm")
        defer { loop.stop() }
        let guest = Guest(loop: loop)
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { for number in 0..<2000 { _ = await guest.add(task * 2000 + number) } }
            }
        }
        #expect(await guest.numbers.sorted() == Array(0..<16000))
    }

    @Test("calls the handler of a descriptor until it is cancelled, and never again")
    func watches() async throws {
        let loop = try EventLoop(name: "watch")
        defer { loop.stop() }
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer {
            close(reading)
            close(writing)
        }
        let bytes = AsyncStream.makeStream(of: UInt8.self)
        let registration = Box<EventLoop.Registration?>(nil)
        try await loop.run {
            let added = try loop.watch(reading, for: .readable) { readiness in
                var byte: UInt8 = 0
                guard readiness.contains(.readable), read(reading, &byte, 1) == 1 else { return }
                bytes.continuation.yield(byte)
            }
            registration.value.withLock { $0 = added }
        }
        var received = bytes.stream.makeAsyncIterator()
        for byte: UInt8 in 1...3 {
            var byte = byte
            #expect(write(writing, &byte, 1) == 1)
            #expect(await received.next() == byte)
        }
        try await loop.run { if let added = registration.value.withLock({ $0.take() }) { loop.cancel(added) } }
        var last: UInt8 = 9
        #expect(write(writing, &last, 1) == 1)
        // Two more turns of the loop, in which the handler would have been called.
        try await loop.run {}
        try await loop.run {}
        #expect(read(reading, &last, 1) == 1)
        #expect(last == 9)
    }

    @Test("serves descriptors while jobs make jobs without end")
    func stormStarvesNobody() async throws {
        let loop = try EventLoop(name: "starve")
        defer { loop.stop() }
        var ends: [CInt] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer {
            close(reading)
            close(writing)
        }
        let isOver = Box(false)
        try await loop.run {
            _ = try loop.watch(reading, for: .readable) { _ in isOver.value.withLock { $0 = true } }
        }
        var byte: UInt8 = 1
        #expect(write(writing, &byte, 1) == 1)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            @Sendable func again() {
                if isOver.value.withLock({ $0 }) { done.resume() } else { loop.perform(again) }
            }
            loop.perform(again)
        }
    }

    @Test("fires timers in the order of their times, and none that was cancelled")
    func firesTimers() async throws {
        let loop = try EventLoop(name: "timers")
        defer { loop.stop() }
        let fired = AsyncStream.makeStream(of: Int.self)
        try await loop.run {
            let now = MonotonicInstant.now
            for number in [3, 1, 2] {
                _ = loop.schedule(at: now.advanced(by: .milliseconds(number))) { fired.continuation.yield(number) }
            }
            let cancelled = loop.schedule(at: now) { fired.continuation.yield(0) }
            loop.cancel(cancelled)
        }
        var received = fired.stream.makeAsyncIterator()
        for number in 1...3 { #expect(await received.next() == number) }
    }

    @Test("makes no wake-up while nothing happens, not for a cancelled timer either")
    func idles() async throws {
        let loop = try EventLoop(name: "idle")
        defer { loop.stop() }
        func switches() async throws -> Int {
            let count = Box(0)
            try await loop.run {
                var usage = rusage()  // 1 is RUSAGE_THREAD, which Glibc lacks
                getrusage(1, &usage)
                count.value.withLock { $0 = usage.ru_nvcsw }
            }
            return count.value.withLock { $0 }
        }
        // A lock may let it sleep as well, a sanitizer's own for one, but not each time. One sleep ends when it is asked again.
        try await eventually {
            try await loop.run { loop.cancel(loop.schedule(at: .now.advanced(by: .milliseconds(1))) {}) }
            let before = try await switches()
            let other = try EventLoop(name: "other")
            await withCheckedContinuation { done in
                other.perform { _ = other.schedule(at: .now.advanced(by: .milliseconds(50))) { done.resume() } }
            }
            other.stop()
            return try await switches() - before <= 1
        }
    }

    @Test("runs what was queued before it ends, and what comes later as well")
    func stops() async throws {
        let loop = try EventLoop(name: "stop")
        let count = Box(0)
        for _ in 0..<100 { loop.perform { count.value.withLock { $0 += 1 } } }
        loop.stop()
        #expect(count.value.withLock { $0 } == 100)
        loop.stop()
        let guest = Guest(loop: loop)
        for number in 0..<10 { #expect(await guest.add(number)) }
        #expect(await guest.numbers == Array(0..<10))
    }

    @Test("can be stopped from its own thread")
    func stopsItself() async throws {
        let loop = try EventLoop(name: "self")
        await withCheckedContinuation { done in
            loop.perform {
                loop.stop()
                loop.perform { done.resume() }
            }
        }
    }

    @Test("lets go of its handlers when it has ended")
    func letsGo() throws {
        final class Token: Sendable {}
        weak var held: Token?
        do {
            let token = Token()
            held = token
            let loop = try EventLoop(name: "leak")
            loop.perform { [token] in _ = loop.schedule(at: MonotonicInstant(nanoseconds: .max)) { _ = (token, loop) } }
            loop.stop()
        }
        #expect(held == nil)
    }

    @Test("refuses to be used from another thread")
    func trapsElsewhere() async {
        await #expect(processExitsWith: .failure) {
            let loop = try EventLoop(name: "trap")
            _ = loop.schedule(at: .now) {}
        }
    }
}

/// A value that handlers and the test share.
final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

extension EventLoop {
    /// Runs a body on the loop's thread and waits for it.
    func run(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            perform { done.resume(with: Result { try body() }) }
        }
    }
}
