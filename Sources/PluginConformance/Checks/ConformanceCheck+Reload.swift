internal import LinuxSystem
internal import PluginHost

extension ConformanceCheck {
    private static let rounds = 100

    static let reload = ConformanceCheck(
        "reload",
        "it is reloaded 100 times against itself, and every call is answered",
        promise: "A reload is a transaction: no call is lost, and none is answered twice; the state moves (HR-4).",
        hint: "It is what 'plugin-host reload ID' does, in one process, while two threads call.",
        patience: 4
    ) { (trial) async throws(CheckEnd) in
        try await TrialHost.run(trial) { (host) async throws(CheckEnd) in
            let callers = try host.beginCalls(threads: 2)
            for round in 1...rounds {
                host.progress.note("reload \(round) was asked for")
                do throws(CheckEnd) {
                    try await host.reload(build: round)
                } catch {
                    callers.end()
                    throw error
                }
            }
            let (calls, fault) = callers.end()
            if let fault { throw .violated(fault) }
            return "\(calls) calls were answered meanwhile"
        }
    }
}
