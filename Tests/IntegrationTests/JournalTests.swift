import LinuxSystem
import TestSupport
import Testing

@Suite("Under the system's journal", .limited, .timeLimit(.minutes(10)))
struct JournalTests {
    @Test("the log has the journal's priorities, without a time of its own (CH-4)")
    func priorities() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a;fail=start")
            // What the journal hands to a service: the device and the inode of its standard error.
            let script = #"JOURNAL_STREAM=$(stat -Lc %d:%i /proc/self/fd/2) exec "$0" "$@""#
            let words = ["/bin/sh", "-c", script, ProgramBench.executable, "run", "--no-supervise"] + bench.places
            let host = try bench.start(words)
            try await bench.until("the plugin has failed") {
                host.errors.contains("ready: the control socket is") && host.errors.contains("reload-failed")
                    || host.hasEnded
            }
            let lines = host.errors.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("<6>") && $0.contains("ready: the control socket is") })
            #expect(lines.contains { $0.hasPrefix("<3>") && $0.contains("reload-failed") })
            #expect(lines.map { $0.hasPrefix("<") } == lines.map { _ in true })
            host.terminate()
            #expect(try await host.ended() == .exited(0))
        }
    }
}
