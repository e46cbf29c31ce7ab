internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading

extension ConformanceCheck {
    private static let threadCount = 8
    private static let callsEach = 250

    static let concurrency = ConformanceCheck(
        "concurrency",
        "calls from eight threads at once are answered as one at a time, if it says that it can be called so",
        promise:
            "PH_FLAG_CONCURRENT: execute may be called from several threads at once, and refresh, save_state, check_health "
            + "and statistics beside it (plugin_abi.h; PL-8).",
        hint: "Build with -fsanitize=thread, and give --call for the methods that matter."
    ) { (trial) throws(CheckEnd) in
        guard try trial.descriptor().flags & PH_FLAG_CONCURRENT != 0 else {
            throw .skipped("it is called one at a time: its flags have no PH_FLAG_CONCURRENT")
        }
        let subject = try trial.running()
        let calls = trial.options.calls + [.init(method: "no-such-method-\(trial.random.next())", input: "")]
        let expected = calls.map { subject.call($0.method, $0.input).status }
        subject.note("it was called from \(threadCount) threads")
        let state = Monitor<(left: Int, fault: String?)>((threadCount, nil))
        for number in 0..<threadCount {
            DetachedThread.start(name: "caller-\(number)") {
                var fault: String?
                for turn in 0..<callsEach where fault == nil {
                    let index = (turn + number) % calls.count
                    let reply = subject.call(calls[index].method, calls[index].input)
                    if reply.status != expected[index] {
                        fault =
                            "\(calls[index].method) answered \(Reply.name(of: expected[index])) alone, and "
                            + "\(Reply.name(of: reply.status)) beside other calls"
                    }
                }
                state.withLock { state in
                    state.left -= 1
                    state.fault = state.fault ?? fault
                }
                state.broadcast(.entry)
            }
        }
        // Beside the calls, one lifecycle function at a time.
        while state.withLock({ $0.left > 0 }) {
            let refreshed = subject.perform(.refresh)
            guard refreshed.isOK else { throw .violated("refresh beside calls failed: \(refreshed.reason)") }
            if subject.hasState { _ = try subject.save() }
            _ = subject.health()
            _ = subject.statistics()
        }
        if let fault = state.withLock({ $0.fault }) { throw .violated(fault) }
        try trial.end(subject)
        return nil
    }
}
