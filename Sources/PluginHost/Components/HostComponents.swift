internal import LinuxSystem
internal import Synchronization

/// What plugins contribute to a host and what its services make of it: events, hooks, actions and messages.
struct HostComponents: Sendable {
    let events: EventExchange
    let hooks: HookTable
    let actions: ActionTable
    let messages: MessageRouter
    private let life = Life()
    /// Where callers wait that must not keep the threads of tasks.
    private let waiters = WorkerPool(name: "waiting", limit: 32)

    init(
        caller: any ComponentCaller,
        places: PluginPlaces,
        limits: MessageLimits,
        log: @escaping @Sendable (LogRecord) -> Void
    ) {
        let warn: @Sendable (String, String) -> Void = { plugin, message in log(LogRecord(.warning, plugin, message)) }
        events = EventExchange(caller: caller, warn: warn)
        hooks = HookTable(caller: caller, warn: warn)
        actions = ActionTable(caller: caller)
        let gateways = GatewayTable(limits: limits) { places.generation(of: $0) }
        messages = MessageRouter(gateways: gateways, events: events, caller: caller, warn: warn)
    }

    /// The tables that hear of what plugins declare.
    var tables: [any ComponentTable] { [events, hooks, actions, messages.gateways] }

    /// What plugins may ask for.
    var services: [any HostService] {
        [
            EventService(events: events), HookService(hooks: hooks), ActionService(actions: actions),
            GatewayService(messages: messages),
        ]
    }

    /// Takes note of what has happened to a plugin, and publishes it.
    func note(_ event: PluginEvent) {
        switch event.event {
        case .crashed: messages.forget(event.plugin ?? "", upTo: event.generation ?? .max)
        // Whose word counts may be another's now.
        case .loaded, .unloaded, .stateChanged, .reloadCompleted: messages.tellReadiness()
        default: break
        }
        events.publish(event)
    }

    /// Does what waits, on a thread that may.
    func waiting<Value: Sendable>(
        _ body: @escaping @Sendable () throws(PluginError) -> Value
    ) async throws(PluginError) -> Value {
        let result: Result<Value, PluginError> = await withCheckedContinuation { continuation in
            let isTaken = life.isOpen.withLock { isOpen in
                guard isOpen else { return false }
                waiters.perform { _ in
                    do throws(PluginError) {
                        continuation.resume(returning: .success(try body()))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                }
                return true
            }
            // What is given to a pool after its end is never done.
            guard !isTaken else { return }
            continuation.resume(returning: .failure(.stoppedHost))
        }
        return try result.get()
    }

    /// Ends streams and threads; calls that are under way are left to themselves.
    func stop() {
        events.stop()
        hooks.stop()
        actions.stop()
        messages.stop()
        life.isOpen.withLock { $0 = false }
        waiters.stop()
    }

    /// Whether the host takes work that waits.
    private final class Life: Sendable {
        let isOpen = Mutex(true)
    }
}
