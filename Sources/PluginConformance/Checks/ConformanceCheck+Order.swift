extension ConformanceCheck {
    /// The lives that the contract allows, from the start of one instance to its end.
    private static let lives: [[Step]] = [
        [],
        [.load],
        [.load, .unload],
        [.load, .initialise],
        [.load, .initialise, .unload],
        [.load, .initialise, .start, .stop],
        [.load, .initialise, .start, .stop, .unload],
        [.load, .initialise, .start, .stop, .start, .stop, .unload],
        [.load, .initialise, .start, .refresh, .pause, .resume, .pause, .stop, .unload],
        [.load, .initialise, .start, .pause, .stop, .start, .pause, .resume, .refresh, .stop, .unload],
    ]

    static let order = ConformanceCheck(
        "order",
        "every order of lifecycle calls that the contract allows goes well",
        promise:
            "Each function of ph_instance_v1_t may be called in the states behind its '&' (plugin_abi.h; PL-2, PL-3).",
        hint:
            "A host never makes a move that the contract does not allow, so a plugin need not refuse any; all others may come, "
            + "start after stop among them."
    ) { (trial) throws(CheckEnd) in
        for life in lives {
            let subject = try trial.create()
            var done = ["create"]
            for step in life {
                let reply = subject.perform(step)
                guard reply.isOK else {
                    throw .violated("\(step.rawValue) after \(done.joined(separator: ", ")) failed: \(reply.reason)")
                }
                done.append(step.rawValue)
            }
            subject.destroy()
        }
        return nil
    }
}
