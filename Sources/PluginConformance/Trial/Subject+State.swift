internal import CPluginABI
internal import PluginLoading

extension Subject {
    /// Has the state saved, while running or paused.
    func save() throws(CheckEnd) -> SavedState {
        note("save_state was called")
        guard let function = unsafe table.save_state else { throw .skipped("it has no state: save_state is null") }
        var bytes = AnswerBuffer()
        var schema: UInt32 = 0
        let reply = unsafe reply { error in
            unsafe bytes.withSink { unsafe function(table.context, &schema, $0, error) }
        }
        guard reply.isOK else { throw .violated("save_state failed: \(reply.reason)") }
        return SavedState(schema: schema, bytes: bytes.bytes)
    }

    /// Has the state saved to a place that takes so many bytes; says whether that place has refused something.
    func save(intoRoomFor room: Int) -> (reply: Reply, wasFull: Bool) {
        note("save_state was called with a sink that is full after \(room) bytes")
        guard let function = unsafe table.save_state else { return (Reply(status: PH_UNSUPPORTED), false) }
        var sink = FullSink(room: room)
        var schema: UInt32 = 0
        let reply = unsafe reply { error in
            unsafe sink.lend { unsafe function(table.context, &schema, $0, error) }
        }
        return (reply, sink.hasRefused)
    }

    /// Asks whether a state would be taken; `nil` if it is not asked.
    func check(_ state: SavedState, pieces: [Int] = []) -> Reply? {
        guard let function = unsafe table.check_state else { return nil }
        note("check_state was called with \(Self.describe(state))")
        return unsafe PieceSource.lend(state.bytes, pieces: pieces) { source in
            unsafe reply { unsafe function(table.context, state.schema, source, $0) }
        }
    }

    /// Gives it a state, while initialised or stopped.
    func restore(_ state: SavedState, pieces: [Int] = []) -> Reply {
        note("restore_state was called with \(Self.describe(state))")
        guard let function = unsafe table.restore_state else { return Reply(status: PH_UNSUPPORTED) }
        return unsafe PieceSource.lend(state.bytes, pieces: pieces) { source in
            unsafe reply { unsafe function(table.context, state.schema, source, $0) }
        }
    }

    /// A state, for messages.
    static func describe(_ state: SavedState) -> String {
        "\(state.bytes.count) \(state.bytes.count == 1 ? "byte" : "bytes") of schema \(state.schema)"
    }

    /// What a state has become, for messages.
    static func difference(_ before: SavedState, _ after: SavedState) -> String {
        guard before.schema == after.schema, before.bytes.count == after.bytes.count else { return describe(after) }
        let place = zip(before.bytes, after.bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
        return "as many that differ from byte \(place) on"
    }
}
