import LinuxSystem
import Synchronization
import Testing

@Suite("A pool of threads", .timeLimit(.minutes(10)))
struct WorkerPoolTests {
    @Test("runs its jobs in the order in which they were given")
    func order() async {
        let pool = WorkerPool(name: "test", limit: 1)
        let done = Mutex<[Int]>([])
        for number in 1...5 { #expect(pool.perform { _ in done.withLock { $0.append(number) } }) }
        #expect(await pool.run { done.withLock { $0 } } == [1, 2, 3, 4, 5])
        pool.stop()
    }

    @Test("drops what is given after a stop, but for what somebody waits for")
    func stopped() async {
        let pool = WorkerPool(name: "test", limit: 1)
        pool.stop()
        #expect(!pool.perform { _ in Issue.record("it ran after the stop") })
        #expect(await pool.run { 42 } == 42)
    }

    @Test("does its work with the threads that it has where no more can be made")
    func noMoreThreads() async {
        let asked = Atomic(0)
        let pool = WorkerPool(name: "test", limit: 3) { name, body in
            guard asked.wrappingAdd(1, ordering: .relaxed).oldValue == 0 else { return false }
            return DetachedThread.startIfPossible(name: name, body)
        }
        let gate = Monitor(false)
        #expect(pool.perform { _ in _ = gate.wait(for: .entry, until: nil) { $0 ? true : nil } })
        async let second = pool.run { 2 }
        async let third = pool.run { 3 }
        while asked.load(ordering: .relaxed) < 3 { await Task.yield() }
        gate.withLock { $0 = true }
        gate.signal(.entry)
        #expect(await [second, third] == [2, 3])
        pool.stop()
    }

    @Test("prepares for jobs that are expected, and waits for none that does not come")
    func expected() async {
        let pool = WorkerPool(name: "test", limit: 1)
        let prepared = Atomic(0)
        let vain = Atomic(0)
        let expect: () -> Void = {
            pool.expectJob(
                preparing: { prepared.add(1, ordering: .relaxed) },
                inVain: { vain.add(1, ordering: .relaxed) }
            )
        }
        expect()
        #expect(prepared.load(ordering: .relaxed) == 0, "there was no thread to spare")
        #expect(await pool.run { 1 } == 1)
        for number in 2...50 {
            expect()
            #expect(await pool.run { prepared.load(ordering: .relaxed) } <= number - 1)
        }
        expect()
        pool.stop()
        #expect(await pool.run { 51 } == 51)
        #expect(vain.load(ordering: .relaxed) <= prepared.load(ordering: .relaxed))
    }

    @Test("gives the job to another thread when its preparation hangs", .enabled(if: Processors.areSeveral))
    func preparationHangs() async {
        let pool = WorkerPool(name: "test", limit: 1)
        let (gate, begun) = (Monitor(false), Monitor(false))
        // A thread that has done a job is idle in a moment.
        var isAccepted = false
        while !isAccepted {
            #expect(await pool.run { 1 } == 1)
            isAccepted = pool.expectJob(preparing: {
                begun.withLock { $0 = true }
                begun.signal(.entry)
                _ = gate.wait(for: .entry, until: nil) { $0 ? true : nil }
            })
        }
        _ = begun.wait(for: .entry, until: nil) { $0 ? true : nil }
        async let answer = pool.run { 42 }
        pool.giveUpPreparation()
        #expect(await answer == 42)
        gate.withLock { $0 = true }
        gate.signal(.entry)
        pool.stop()
    }

    @Test(
        "gives up no preparation that is done and sleeps: its thread does the job",
        .enabled(if: Processors.areSeveral)
    )
    func preparationSleeps() async {
        let pool = WorkerPool(name: "test", limit: 1)
        for number in 1...200 {
            #expect(await pool.run { number } == number)
            while !pool.expectJob(preparing: {}) { Processors.giveWay() }
            // It looks out for a job for a tenth of a millisecond first.
            let begun = MonotonicInstant.now
            while begun.duration(to: .now) < .microseconds(300) { Processors.giveWay() }
            pool.giveUpPreparation()
        }
        #expect(await pool.run { 42 } == 42)
        pool.stop()
    }

    @Test("gives a preparation up for the next one, or after a while", .enabled(if: Processors.areSeveral))
    func preparesInVain() async throws {
        let pool = WorkerPool(name: "test", limit: 1)
        let vain = Monitor([Int]())
        #expect(await pool.run { 42 } == 42)
        for number in 1...2 {
            // The first one has to fall asleep before the thread is to spare again.
            while !pool.expectJob(
                preparing: {},
                inVain: {
                    vain.withLock { $0.append(number) }
                    vain.signal(.entry)
                }
            ) {
                Processors.giveWay()
            }
        }
        _ = vain.wait(for: .entry, until: nil) { $0.count == 2 ? true : nil }
        #expect(vain.withLock { $0 } == [1, 2])
        #expect(await pool.run { 43 } == 43)
        pool.stop()
    }

    @Test("keeps what was prepared for a job that comes late", .enabled(if: Processors.areSeveral))
    func jobComesLate() async {
        let pool = WorkerPool(name: "test", limit: 1)
        let vain = Atomic(0)
        #expect(await pool.run { 42 } == 42)
        var wait = Duration.zero
        // A machine that stands still for longer than a preparation is kept shows nothing.
        repeat {
            vain.store(0, ordering: .relaxed)
            while !pool.expectJob(preparing: {}, inVain: { vain.add(1, ordering: .relaxed) }) { Processors.giveWay() }
            let begun = MonotonicInstant.now
            while begun.duration(to: .now) < .milliseconds(1) { Processors.giveWay() }
            #expect(await pool.run { 43 } == 43)
            wait = begun.duration(to: .now)
        } while wait > .milliseconds(90)
        #expect(vain.load(ordering: .relaxed) == 0)
        pool.stop()
    }

    @Test("goes on while a job hangs whose thread was written off")
    func hanging() async {
        let pool = WorkerPool(name: "test", limit: 1)
        let gate = Monitor(false)
        let hanging = Mutex<WorkerPool.Worker?>(nil)
        let begun = Monitor(false)
        pool.perform { worker in
            hanging.withLock { $0 = worker }
            begun.withLock { $0 = true }
            begun.signal(.entry)
            _ = gate.wait(for: .entry, until: nil) { $0 ? true : nil }
        }
        _ = begun.wait(for: .entry, until: nil) { $0 ? true : nil }
        let worker = hanging.withLock { $0 }
        if let worker { pool.writeOff(worker) }
        #expect(await pool.run { 42 } == 42)
        gate.withLock { $0 = true }
        gate.signal(.entry)
        pool.stop()
    }
}
