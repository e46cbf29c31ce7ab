import Glibc
import LinuxSystem
import PluginConformance
import Testing

@Suite("The verdict of a check")
struct CheckVerdictTests {
    private func verdict(
        _ end: ChildProcess.End?,
        _ said: CheckVerdict? = nil,
        _ step: String? = "start was called"
    ) -> CheckVerdict {
        CheckVerdict.of(end: end, said: said, step: step, limit: .seconds(30))
    }

    @Test("is what the process said, if it has ended by itself")
    func said() {
        #expect(verdict(.exited(0), CheckVerdict(.passed, "fine")) == CheckVerdict(.passed, "fine"))
        #expect(verdict(.exited(1), CheckVerdict(.failed, "broken")) == CheckVerdict(.failed, "broken"))
        #expect(verdict(.exited(0), CheckVerdict(.skipped)).outcome == .skipped)
    }

    @Test("names the signal and the step of a crash")
    func crash() {
        let crash = verdict(.signalled(SIGSEGV))
        #expect(crash.outcome == .failed)
        #expect(crash.reason == "it crashed with SIGSEGV: memory that is not its own, when start was called")
        #expect(verdict(.signalled(SIGABRT), nil, nil).reason == "it crashed with SIGABRT: it aborted itself")
    }

    @Test("does not believe a process that crashes after it has said that all is well")
    func lateCrash() {
        let crash = verdict(.signalled(SIGSEGV), CheckVerdict(.passed))
        #expect(crash.outcome == .failed)
        #expect(crash.reason?.hasPrefix("it crashed after the check with SIGSEGV") == true)
    }

    @Test("takes a plugin that ends the process for one that fails, whatever the status")
    func exit() {
        #expect(verdict(.exited(0)).outcome == .failed)
        #expect(verdict(.exited(3)).reason == "the plugin ended the process (exit status 3), when start was called")
    }

    @Test("names the limit and the step of a hang")
    func hang() {
        #expect(verdict(nil).reason == "it has not ended after 30 s, when start was called")
        let soon = CheckVerdict.of(end: nil, said: CheckVerdict(.passed), step: nil, limit: .milliseconds(250))
        #expect(soon == CheckVerdict(.failed, "it has not ended after 250 ms"))
    }
}
