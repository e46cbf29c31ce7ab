extension EventExchange {
    /// Publishes what has happened to a plugin as `ph.plugin.KIND`, or to a program as `ph.program.state-changed`, with the
    /// event as JSON; nothing is made of it if nobody listens (PL-7).
    func publish(_ event: PluginEvent) {
        let topic = event.event == .programStateChanged ? "program.state-changed" : "plugin.\(event.event.rawValue)"
        publish(Topic.reservedPrefix + topic) { (try? JSONCoding.encode(event)) ?? [] }
    }

    /// Publishes a change of a value that plugins share, as `ph.state.KEY`, without the value: who listens may not be allowed
    /// to read it (PL-6).
    ///
    /// `/` and `:` of the key stand as points in the topic; the data have the key as it is.
    func publish(_ change: SharedState.Change) {
        let words = change.key.split { "./:".contains($0) }.prefix(14)
        publish(Topic.reservedPrefix + "state." + words.joined(separator: ".")) {
            let note = StateNote(
                key: change.key,
                plugin: change.plugin,
                type: change.value?.type,
                version: change.value?.version
            )
            return (try? JSONCoding.encode(note)) ?? []
        }
    }

    /// What is told of a change; without a version the value was removed.
    private struct StateNote: Encodable {
        var key: String
        var plugin: String?
        var type: String?
        var version: UInt64?
    }
}
