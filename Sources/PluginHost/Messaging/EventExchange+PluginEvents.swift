extension EventExchange {
    /// Publishes what has happened to a plugin as `ph.plugin.KIND`, or to a program as `ph.program.state-changed`, with the
    /// event as JSON; nothing is made of it if nobody listens (PL-7).
    func publish(_ event: PluginEvent) {
        let topic = event.event == .programStateChanged ? "program.state-changed" : "plugin.\(event.event.rawValue)"
        publish(Topic.reservedPrefix + topic) { (try? JSONCoding.encode(event)) ?? [] }
    }
}
