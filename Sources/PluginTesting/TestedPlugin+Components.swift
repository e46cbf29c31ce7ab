public import PluginSDK

extension TestedPlugin {
    /// Does an action.
    ///
    /// A host checks the arguments against the schema of the parameters first; this does not.
    ///
    /// - Parameters:
    ///   - name: The action's name.
    ///   - arguments: The arguments, a JSON object.
    /// - Returns: What came of it.
    /// - Throws: What the action throws; `methodNotFound` if there is none of that name.
    @discardableResult
    public func act(_ name: String, _ arguments: String = "{}") throws(PluginFailure) -> ActionResult {
        try require(name, among: components.actions, "action")
        return try read(invoke("ph.action/\(name)", Array(arguments.utf8)), of: name)
    }

    /// Hands an event to the handlers that take its topic, in the order of their priorities.
    ///
    /// - Returns: What each handler made of it; none is asked behind one that stops the event.
    /// - Throws: What a handler throws, where a host would log it and go on.
    @discardableResult
    public func deliver(_ event: Event) throws(PluginFailure) -> [HandledEvent] {
        var (event, handled) = (event, [HandledEvent]())
        for handler in components.handlers(of: event.topic) {
            let header = ["topic": event.topic, "id": event.id, "source": event.source, "time": event.time]
            let input = try write(header, for: handler) + [UInt8(ascii: "\n")] + event.data
            let outcome = try Self.outcome(of: handler, invoke("ph.event/\(handler)", input))
            handled.append(HandledEvent(handler, outcome))
            switch outcome {
            case .goOn: break
            case .stop: return handled
            case .change(let data): event.data = data
            }
        }
        return handled
    }

    /// Runs the hooks of a stage in the order of their priorities, and gives the JSON that comes out.
    public func runHooks(_ stage: String, _ json: String) throws(PluginFailure) -> String {
        var value = Array(json.utf8)
        for hook in components.hooks(of: stage) {
            let answer = try invoke("ph.hook/\(hook)", value)
            if !answer.isEmpty { value = answer }
        }
        return String(decoding: value, as: UTF8.self)
    }

    /// Runs a scheduled task now.
    ///
    /// - Parameters:
    ///   - name: The task's name.
    ///   - run: The moment for which it runs, which is all of a clock that a task sees.
    /// - Throws: What the task throws; `methodNotFound` if there is none of that name.
    public func runTask(
        _ name: String,
        _ run: TaskRun = TaskRun(due: "2026-01-01T00:00:00.000Z")
    ) throws(PluginFailure) {
        try require(name, among: components.tasks, "task")
        _ = try invoke("ph.task/\(name)", write(run, for: name))
    }

    /// Sends a message by a gateway; gives what the gateway answers, JSON or nothing.
    @discardableResult
    public func send(_ message: String, by gateway: String) throws(PluginFailure) -> String {
        try require(gateway, among: components.gateways, "gateway")
        return String(decoding: try invoke("ph.send/\(gateway)", Array(message.utf8)), as: UTF8.self)
    }

    private func require(_ name: String, among names: [String], _ kind: String) throws(PluginFailure) {
        guard !names.contains(name) else { return }
        let known = names.isEmpty ? "it declares none" : "it declares \(names.joined(separator: ", "))"
        throw PluginFailure(.methodNotFound, "the plugin has no \(kind) '\(name)'; \(known)")
    }

    private static func outcome(of handler: String, _ answer: [UInt8]) throws(PluginFailure) -> EventOutcome {
        if answer.isEmpty { return .goOn }
        let end = answer.firstIndex(of: UInt8(ascii: "\n")) ?? answer.endIndex
        switch String(decoding: answer[..<end], as: UTF8.self) {
        case "stop": return .stop
        case "change": return .change(Array(answer[end...].dropFirst()))
        case let other: throw PluginFailure(.brokenContract, "the handler '\(handler)' answers '\(other)'")
        }
    }
}
