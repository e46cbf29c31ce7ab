internal import LinuxSystem
internal import Synchronization

/// The hooks of all plugins, by the stage in whose chain they are (RS-10).
final class HookTable: Sendable {
    /// How long a chain may take if nobody says.
    static let usualTime = Duration.seconds(30)

    private struct State {
        var plugins: [String: [Hook]] = [:]
        /// In their order.
        var stages: [String: [Hook]] = [:]
    }

    private let state = Mutex(State())
    private let caller: any ComponentCaller
    private let workers = WorkerPool(name: "hooks", limit: 16)
    private let limiter = ComplaintLimiter<String>()
    private let warn: @Sendable (_ plugin: String, _ message: String) -> Void

    init(caller: any ComponentCaller, warn: @escaping @Sendable (_ plugin: String, _ message: String) -> Void) {
        self.caller = caller
        self.warn = warn
    }

    /// Sends a JSON value through the chain of a stage; this thread waits.
    func run(
        _ stage: String,
        _ value: [UInt8],
        until deadline: MonotonicInstant? = nil
    ) throws(PluginError) -> HookOutcome {
        guard JSONSyntax.isValue(value) else {
            throw PluginError(code: .badPayload, message: "what is given to the hooks of \(stage) is not JSON")
        }
        guard let hooks = state.withLock({ $0.stages[stage] }) else {
            if let problem = Self.problem(stage) { throw PluginError(code: .badPayload, message: problem) }
            return HookOutcome(value: value)
        }
        let run = HookRun(
            hooks,
            value: value,
            caller: caller,
            workers: workers,
            deadline: deadline ?? .now.advanced(by: Self.usualTime)
        )
        let outcome = try run.run()
        for failure in outcome.failures {
            let plugin = String(failure.hook.prefix { $0 != "/" })
            let complaint = "the hook \(failure.hook) of the stage \(stage) was skipped: \(failure.error)"
            if let text = limiter.text(complaint, about: failure.hook) { warn(plugin, text) }
        }
        return outcome
    }

    func stop() { workers.stop() }

    private static func problem(_ stage: String) -> String? {
        Topic.problem(stage).map {
            $0.replacing("is no topic", with: "is no stage").replacing("a topic is", with: "a stage is")
        }
    }
}

extension HookTable: ComponentTable {
    func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String? {
        for hook in declaration.hooks {
            if let problem = Self.problem(hook.stage) { return "the hook \(hook.name): \(problem)" }
        }
        return nil
    }

    func replace(_ declaration: ComponentDeclaration, of plugin: String) {
        state.withLock { state in
            if declaration.hooks.isEmpty, state.plugins[plugin] == nil { return }
            state.plugins[plugin] = declaration.hooks.isEmpty ? nil : declaration.hooks.map { Hook($0, of: plugin) }
            let hooks = state.plugins.values.joined().sorted { $0.precedes($1) }
            state.stages = Dictionary(grouping: hooks) { $0.declaration.stage }
        }
    }
}
