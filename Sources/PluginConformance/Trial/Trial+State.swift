internal import PluginLoading

extension Trial {
    /// The state of an instance that has served the calls that were given; skips a plugin that has none.
    func sampleState() throws(CheckEnd) -> SavedState {
        let subject = try running()
        guard subject.hasState else {
            try end(subject)
            throw .skipped("it has no state: save_state or restore_state is null")
        }
        let state = try held(subject)
        try end(subject)
        return state
    }

    /// The state of an instance that runs, held still by a pause.
    func held(_ subject: Subject) throws(CheckEnd) -> SavedState {
        try subject.live(.pause, after: "start")
        return try subject.save()
    }

    /// What becomes of a state in a new instance: what that saves when it was started and paused.
    func passed(_ state: SavedState, pieces: [Int] = []) throws(CheckEnd) -> SavedState {
        let subject = try initialised()
        let reply = subject.restore(state, pieces: pieces)
        guard reply.isOK else {
            let how = pieces.isEmpty ? "" : ", given a few bytes at a time"
            throw .violated("restore_state refuses a state that save_state has written\(how): \(reply.reason)")
        }
        try start(subject)
        let saved = try held(subject)
        try end(subject)
        return saved
    }

    /// What an instance saves that took a good state, if that is the same each time.
    func reference(_ state: SavedState) throws(CheckEnd) -> SavedState? {
        let first = try passed(state)
        return try passed(state) == first ? first : nil
    }

    /// Offers a state to an instance that has a good one, and sees that it takes it or goes on with its own.
    ///
    /// - Parameters:
    ///   - offered: The state, which may be anything.
    ///   - good: The state that the instance has before.
    ///   - reference: What it saves if that did not change; `nil` if that can't be told.
    ///   - mustRefuse: Why it has to refuse, if it has to.
    /// - Returns: Whether it was taken.
    /// - Throws: ``CheckEnd`` if it does neither, or if the instance can't be brought to where a state can be restored.
    @discardableResult
    func offer(
        _ offered: SavedState,
        to good: SavedState,
        reference: SavedState?,
        mustRefuse: String? = nil
    ) throws(CheckEnd) -> Bool {
        let what = Subject.describe(offered)
        let subject = try initialised()
        let before = subject.restore(good)
        guard before.isOK else {
            throw .violated("restore_state refuses a state that save_state has written: \(before.reason)")
        }
        let checked = subject.check(offered)
        let restored = subject.restore(offered)
        for reply in [checked, restored].compactMap(\.self) where !Reply.isKnown(reply.status) {
            throw .violated("it answered \(what) with the status \(reply.status), which the contract does not have")
        }
        if let checked, checked.isOK != restored.isOK {
            let (one, other) = checked.isOK ? ("takes", "refuses") : ("refuses", "takes")
            throw .violated("check_state \(one) \(what), and restore_state \(other) them")
        }
        if restored.isOK, let mustRefuse { throw .violated("restore_state takes \(what), \(mustRefuse)") }
        let started = subject.perform(.start)
        guard started.isOK else {
            let deed = restored.isOK ? "took" : "refused"
            throw .violated("start failed after restore_state \(deed) \(what): \(started.reason)")
        }
        let after = try held(subject)
        if !restored.isOK, let reference, after != reference {
            throw .violated(
                "it refused \(what), and its own state is another than before: \(Subject.describe(reference)) have become "
                    + Subject.difference(reference, after)
            )
        }
        try end(subject)
        return restored.isOK
    }
}
