internal import Glibc
internal import LinuxSystem
internal import PluginLoading
internal import RunnerSandbox

/// Goes through what a runner does when a plugin comes, while it waits for one: what was done once is in memory, and takes
/// a fraction of the time.
enum Rehearsal {
    /// Returns what the sandbox will need; no rule holds afterwards, and no thread is there.
    static func run(_ rules: SandboxRules?) -> PreparedRules? {
        makeThread()
        MappedImage.rehearse()
        guard let rules else { return nil }
        return Sandbox.prepare(rules)
    }

    /// Makes a thread like those that serve, and waits until the kernel has forgotten it.
    private static func makeThread() {
        // A sanitizer has a thread of its own, which stays.
        let before = ProcessFacts.threads
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { _ in
                FaultReports.prepareThread()
                return nil
            },
            nil
        )
        guard code == 0 else { return }
        pthread_join(thread, nil)
        // A sandbox is for a process with one thread.
        while ProcessFacts.threads > before { Processors.giveWay() }
    }
}
