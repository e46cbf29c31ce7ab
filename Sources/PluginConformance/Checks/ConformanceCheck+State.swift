internal import PluginLoading

extension ConformanceCheck {
    private static let stateHint =
        "Read the whole state into values of its own first, and take them over when all of them are good."

    static let stateRoundTrip = ConformanceCheck(
        "state-round-trip",
        "a state that is saved, restored and saved again is the same, byte by byte",
        promise: "restore_state takes over a state; pause keeps it as it is (plugin_abi.h; HR-4, HR-6).",
        hint:
            "Write keys in a fixed order, and nothing that depends on the moment. Give --call, so that there is something in the "
            + "state."
    ) { (trial) throws(CheckEnd) in
        var state = try trial.sampleState()
        // Work of its own may change it between start and pause: then one of the next times has to do.
        var last: SavedState?
        for _ in 0..<5 {
            let next = try trial.passed(state)
            if next == state { return "\(Subject.describe(state))" }
            (last, state) = (state, next)
        }
        guard let last else { return nil }
        throw .violated("\(Subject.describe(last)) came back as \(Subject.difference(last, state))")
    }

    static let stateShortReads = ConformanceCheck(
        "state-short-reads",
        "a state that comes in small pieces is read to its end",
        promise:
            "read may return fewer bytes than there are left, and returns 0 only at the end (plugin_abi.h, ph_source_v1).",
        hint: "Call read until it returns 0."
    ) { (trial) throws(CheckEnd) in
        let state = try trial.sampleState()
        guard let reference = try trial.reference(state) else {
            throw .skipped("its state is another one each time; see the check 'state-round-trip'")
        }
        var sizes = [[1], [2], [3, 1]]
        sizes.append((0..<16).map { _ in Int.random(in: 1...64, using: &trial.random) })
        for pieces in sizes {
            let after = try trial.passed(state, pieces: pieces)
            guard after == reference else {
                throw .violated(
                    "given \(pieces.prefix(4).map(String.init).joined(separator: ", ")) … bytes at a time, it has another "
                        + "state than given all at once"
                )
            }
        }
        return nil
    }

    static let stateEmpty = ConformanceCheck(
        "state-empty",
        "an empty state is taken, or refused and nothing changes",
        promise: "A plugin that returns a status has left its own state as it was (plugin_abi.h, restore_state; HR-7).",
        hint: stateHint
    ) { (trial) throws(CheckEnd) in
        let state = try trial.sampleState()
        let reference = try trial.reference(state)
        try trial.offer(SavedState(schema: state.schema, bytes: []), to: state, reference: reference)
        return nil
    }

    static let stateRandom = ConformanceCheck(
        "state-random",
        "three times 1 MB of random bytes are taken, or refused and nothing changes",
        promise: "A plugin that returns a status has left its own state as it was (plugin_abi.h, restore_state; HR-7).",
        hint: stateHint
    ) { (trial) throws(CheckEnd) in
        let state = try trial.sampleState()
        let reference = try trial.reference(state)
        var taken = 0
        for _ in 0..<3 {
            let bytes = trial.random.bytes(1_000_000)
            if try trial.offer(SavedState(schema: state.schema, bytes: bytes), to: state, reference: reference) {
                taken += 1
            }
        }
        return taken > 0 ? "it takes random bytes for a state" : nil
    }

    static let stateTruncated = ConformanceCheck(
        "state-truncated",
        "a state that was cut off is taken, or refused and nothing changes",
        promise: "A plugin that returns a status has left its own state as it was (plugin_abi.h, restore_state; HR-7).",
        hint: stateHint
    ) { (trial) throws(CheckEnd) in
        let state = try trial.sampleState()
        guard !state.bytes.isEmpty else { throw .skipped("its state has no bytes") }
        let reference = try trial.reference(state)
        var cuts: Set<Int> = [1, state.bytes.count / 2, state.bytes.count - 1]
        for _ in 0..<8 { cuts.insert(Int.random(in: 0..<state.bytes.count, using: &trial.random)) }
        for cut in cuts.sorted() where cut < state.bytes.count {
            let bytes = Array(state.bytes.prefix(cut))
            try trial.offer(SavedState(schema: state.schema, bytes: bytes), to: state, reference: reference)
        }
        return nil
    }

    static let stateNewer = ConformanceCheck(
        "state-newer",
        "a state of a schema that it does not read is refused, and nothing changes",
        promise: "state_schema_minimum and _maximum: the schema versions of the state that restore_state reads "
            + "(plugin_abi.h, ph_descriptor_v1; HR-7).",
        hint: "Compare schema with the range before anything is read, and return PH_STATE_REFUSED."
    ) { (trial) throws(CheckEnd) in
        let said = try trial.descriptor()
        let state = try trial.sampleState()
        let reference = try trial.reference(state)
        let low = said.stateSchemaMinimum
        let high = said.stateSchemaMaximum
        let isDeclared = high > 0
        if isDeclared, !(low...high).contains(state.schema) {
            throw .violated("it saves schema \(state.schema), and says that it reads \(low) to \(high)")
        }
        let newest = isDeclared ? high : state.schema
        for schema in [newest < .max ? newest + 1 : newest, .max] where schema > newest {
            let rule = isDeclared ? "and says that it reads \(low) to \(high)" : nil
            try trial.offer(
                SavedState(schema: schema, bytes: state.bytes),
                to: state,
                reference: reference,
                mustRefuse: rule
            )
        }
        return isDeclared ? nil : "it declares no range of schemas, so it may take any"
    }

    static let stateFullSink = ConformanceCheck(
        "state-full-sink",
        "a state that could not be written is not said to be saved",
        promise: "write: anything but PH_OK means that the bytes were not taken, and that the writer should give up "
            + "(plugin_abi.h, ph_sink_v1).",
        hint: "Return the status of write from save_state."
    ) { (trial) throws(CheckEnd) in
        let state = try trial.sampleState()
        guard !state.bytes.isEmpty else { throw .skipped("its state has no bytes") }
        let subject = try trial.running()
        for room in Set([0, state.bytes.count / 2, state.bytes.count - 1]).sorted() {
            let (reply, wasFull) = subject.save(intoRoomFor: room)
            if wasFull, reply.isOK {
                throw .violated(
                    "save_state says PH_OK, and \(state.bytes.count) bytes were written to a place for \(room)"
                )
            }
        }
        try trial.end(subject)
        return nil
    }
}
