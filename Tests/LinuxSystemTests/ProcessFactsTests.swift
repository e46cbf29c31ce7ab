import LinuxSystem
import Testing

@Suite("What a process knows of itself", .timeLimit(.minutes(4)))
struct ProcessFactsTests {
    @Test("counts its threads as the kernel lists them")
    func threads() async throws {
        // Others come and go meanwhile.
        while try Directory.names("/proc/self/task").count != ProcessFacts.threads { await Task.yield() }
        let monitor = Monitor(false)
        let before = ProcessFacts.threads
        for _ in 0..<8 {
            DetachedThread.start(name: "test") {
                _ = monitor.wait(for: .entry, until: nil) { $0 ? true : nil }
            }
        }
        while ProcessFacts.threads < before { await Task.yield() }
        while try Directory.names("/proc/self/task").count != ProcessFacts.threads { await Task.yield() }
        #expect(ProcessFacts.threads > 8)
        monitor.withLock { $0 = true }
        monitor.broadcast(.entry)
    }
}
