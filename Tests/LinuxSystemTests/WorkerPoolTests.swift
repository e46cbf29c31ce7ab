import LinuxSystem
import Synchronization
import Testing

@Suite("A pool of threads", .timeLimit(.minutes(1)))
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
