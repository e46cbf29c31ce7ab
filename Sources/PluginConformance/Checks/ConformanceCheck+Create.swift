extension ConformanceCheck {
    static let create = ConformanceCheck(
        "create",
        "create and destroy, 100 times, leave nothing behind",
        promise:
            "Memory is freed by the side that allocated it; destroy is the last call on an instance (plugin_abi.h).",
        hint: "Three hundred instances are made after a warm-up; what every hundred of them adds is lost. Build with "
            + "-fsanitize=address to see where it was allocated."
    ) { (trial) throws(CheckEnd) in
        try trial.findLeak(of: "create and destroy") { (trial) throws(CheckEnd) in try trial.create().destroy() }
    }

    static let leak = ConformanceCheck(
        "leak",
        "whole lives, 100 times, leave nothing behind",
        promise: "unload gives back what load took, and stop ends what start began (plugin_abi.h; PL-2).",
        hint:
            "As for 'create', with load, initialise, start, the calls that are given, pause, resume, stop and unload between."
    ) { (trial) throws(CheckEnd) in
        try trial.findLeak(of: "lives from create to destroy") { (trial) throws(CheckEnd) in
            let subject = try trial.running()
            try subject.live(.pause, .resume, after: "start")
            try trial.end(subject)
        }
    }
}

extension Trial {
    private static let rounds = 100

    /// Does something many times, and sees that nothing is lost each time.
    fileprivate func findLeak(
        of what: String,
        _ round: (Trial) throws(CheckEnd) -> Void
    ) throws(CheckEnd) -> String? {
        for _ in 0..<Self.rounds / 2 { try round(self) }
        var growths: [ProcessFigures] = []
        for _ in 0..<3 {
            let before = ProcessFigures.now()
            for _ in 0..<Self.rounds { try round(self) }
            growths.append(ProcessFigures.now().growth(since: before))
        }
        if let leak = ProcessFigures.least(growths).leak(after: Self.rounds) {
            throw .violated("\(Self.rounds) times \(what) lose \(leak)")
        }
        return nil
    }
}
