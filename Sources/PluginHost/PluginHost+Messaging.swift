internal import LinuxSystem

extension PluginHost {
    // MARK: Topics

    /// Publishes an event on a topic, for plugins and for whoever listens in this program (RS-10).
    ///
    /// The event is on its way when this returns. Handlers that want their publishers to wait while their queue is full are
    /// waited for only as long as is said here, and the thread waits.
    ///
    /// - Parameters:
    ///   - topic: What it is about: words joined by points, such as `order.created`.
    ///   - data: What it says.
    ///   - longest: How long this thread may wait for room in queues; for no time at all if nothing is said.
    /// - Returns: How many it is on its way to; its number is 0 if nobody listens.
    /// - Throws: ``PluginError`` with `bad-payload` if the topic is none, and `unauthorised` if it begins with `ph.` as the
    ///   host's own do.
    @discardableResult
    public func publish(
        _ topic: String,
        _ data: [UInt8] = [],
        waitingAtMost longest: Duration = .zero
    ) throws(PluginError) -> EventReceipt {
        try Topic.checkOpen(topic)
        let deadline = longest > .zero ? MonotonicInstant.now.advanced(by: longest) : nil
        return try contributions.events.publish(topic, data, source: "host", until: deadline)
    }

    /// The events on some topics from now on, as they are published; a listener that is slow loses the oldest (RS-10).
    ///
    /// ```swift
    /// for await event in try host.events(matching: "order.*", "ph.plugin.#") { print(event.topic) }
    /// ```
    ///
    /// - Parameter patterns: Topics, in which `*` stands for one word, and `#` at the end for any number of them.
    /// - Returns: The events; the host's end ends them.
    /// - Throws: ``PluginError`` with `bad-payload` if a pattern is none.
    public func events(matching patterns: String...) throws(PluginError) -> AsyncStream<TopicEvent> {
        try contributions.events.events(matching: patterns)
    }

    /// How the plugins' handlers of events stand, in the order in which they get events (RS-10).
    public func eventHandlers() -> [EventHandlerStatus] {
        contributions.events.statuses
    }

    // MARK: Hooks

    /// Sends a value through the hooks of a stage, each of which may change it for the next (RS-10).
    ///
    /// A hook that fails, is late, or answers what is not JSON is skipped, with the value as it was before it.
    ///
    /// - Parameters:
    ///   - stage: The stage, by its name.
    ///   - value: The value that goes into the chain.
    ///   - timeout: How long the whole chain may take; 30 seconds if nothing is said.
    /// - Returns: The value that comes out, who changed it, and who was skipped.
    /// - Throws: ``PluginError`` with `bad-payload` if the stage's name can't be one, `busy` if too many chains run.
    public func runHooks(
        _ stage: String,
        _ value: JSONValue,
        timeout: Duration? = nil
    ) async throws(PluginError) -> HookResult {
        let deadline = timeout.map { MonotonicInstant.now.advanced(by: $0) }
        return try await contributions.waiting { [contributions] () throws(PluginError) in
            let outcome = try contributions.hooks.run(stage, try JSONCoding.encode(value), until: deadline)
            return HookResult(
                value: try JSONCoding.decode(from: outcome.value),
                hooks: outcome.hooks,
                changedBy: outcome.changedBy,
                failures: outcome.failures
            )
        }
    }

    // MARK: Actions

    /// The actions of all plugins, by name (RS-12).
    public func actions() -> [ActionInfo] {
        contributions.actions.all
    }

    /// The actions that may be done for a text: always, for a keyword in it, or by chance (RS-12).
    public func activeActions(for text: String) -> [ActionInfo] {
        contributions.actions.active(for: text)
    }

    /// The actions that may be done for a text, with a chance that can be foretold.
    ///
    /// - Parameters:
    ///   - text: The text in which keywords are looked for; case does not count.
    ///   - generator: What decides on those that are active by chance, in the order of their names.
    /// - Returns: The actions, by name.
    public func activeActions(
        for text: String,
        using generator: inout some RandomNumberGenerator
    ) -> [ActionInfo] {
        withoutActuallyEscaping({ Double.random(in: 0..<1, using: &generator) }) { chance in
            contributions.actions.active(for: text, chance: chance)
        }
    }

    /// Runs an action of a plugin, after a check of the arguments (RS-12).
    ///
    /// - Parameters:
    ///   - name: The action's name.
    ///   - arguments: An object that fits the action's parameters; what is missing and has a default gets it.
    ///   - timeout: How long to wait at most; the action's own deadline if that is sooner.
    /// - Returns: Whether it was done, and what to tell.
    /// - Throws: ``PluginError`` with `not-found`, `bad-payload` naming the argument and what was expected, `timed-out`, `busy`
    ///   if too many wait for it, or `bad-answer`.
    public func act(
        _ name: String,
        _ arguments: JSONValue = .object([:]),
        timeout: Duration? = nil
    ) async throws(PluginError) -> ActionResult {
        let deadline = timeout.map { MonotonicInstant.now.advanced(by: $0) }
        return try await contributions.waiting { [contributions] () throws(PluginError) in
            try contributions.actions.run(name, arguments, until: deadline)
        }
    }

    // MARK: Messages

    /// The message gateways of all plugins, by name (RS-11).
    public func gateways() -> [GatewayStatus] {
        contributions.messages.gateways.statuses
    }

    /// Sends a message by the gateway that it names, or that its route leads to (RS-11).
    ///
    /// Messages that come in are events on `ph.message.received.GATEWAY`; see ``events(matching:)``.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - timeout: How long the gateway may take; 30 seconds if nothing is said.
    /// - Returns: The gateway that it went by, and what the platform calls it.
    /// - Throws: ``PluginError`` with `not-found` if no gateway sends there, `conflict` if several do equally well, `busy` if
    ///   the one that is named is not ready, or what the gateway failed with.
    public func send(_ message: GatewayMessage, timeout: Duration? = nil) async throws(PluginError) -> SendReceipt {
        let deadline = timeout.map { MonotonicInstant.now.advanced(by: $0) }
        return try await contributions.waiting { [contributions] () throws(PluginError) in
            try contributions.messages.send(message, until: deadline)
        }
    }
}
