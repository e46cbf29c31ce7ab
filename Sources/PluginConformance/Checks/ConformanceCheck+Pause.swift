internal import LinuxSystem

extension ConformanceCheck {
    static let pause = ConformanceCheck(
        "pause",
        "its state does not change while it is paused",
        promise:
            "pause holds work of its own so that the state does not change; resume goes on with the state as it was "
            + "(plugin_abi.h, pause).",
        hint:
            "The state is saved twice, 200 ms apart, between pause and resume. What changes in it is changed by a thread or a "
            + "timer that pause does not hold, or by save_state itself."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        guard subject.hasState else {
            try trial.end(subject)
            throw .skipped("it has no state: save_state or restore_state is null")
        }
        let first = try trial.held(subject)
        // Time for whatever it does on its own.
        let pause = Monitor<Bool>(false)
        _ = pause.wait(for: .entry, until: .now.advanced(by: .milliseconds(200))) { $0 ? true : nil }
        let second = try subject.save()
        guard first == second else {
            throw .violated(
                "while it is paused, \(Subject.describe(first)) became \(Subject.difference(first, second))"
            )
        }
        try subject.live(.resume, after: "pause")
        try trial.end(subject)
        return nil
    }
}
