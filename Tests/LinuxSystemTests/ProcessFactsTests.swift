import Glibc
import LinuxSystem
import Synchronization
import Testing

@Suite("What a process knows of itself", .timeLimit(.minutes(10)))
struct ProcessFactsTests {
    @Test("counts its threads as the kernel lists them")
    func threads() async throws {
        let monitor = Monitor(false)
        let running = Atomic(0)
        for _ in 0..<8 {
            DetachedThread.start(name: "test") {
                running.wrappingAdd(1, ordering: .relaxed)
                _ = monitor.wait(for: .entry, until: nil) { $0 ? true : nil }
            }
        }
        while running.load(ordering: .relaxed) < 8 { await Task.yield() }
        // Others come and go meanwhile.
        while try Directory.names("/proc/self/task").count != ProcessFacts.threads { await Task.yield() }
        #expect(ProcessFacts.threads > 8)
        monitor.withLock { $0 = true }
        monitor.broadcast(.entry)
    }

    @Test("knows which processes have ended, whether or not their parents have heard of it")
    func ended() throws {
        #expect(!ProcessFacts.hasEnded(getpid()))
        var process: pid_t = 0
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { for word in words { free(word) } }
        try #require(posix_spawnp(&process, "true", nil, nil, words, nil) == 0)
        var status = siginfo_t()
        // It has ended, and is not taken note of.
        #expect(waitid(P_PID, id_t(process), &status, WEXITED | WNOWAIT) == 0)
        #expect(ProcessFacts.hasEnded(process))
        #expect(waitpid(process, nil, 0) == process)
        #expect(ProcessFacts.hasEnded(process))
    }
}
