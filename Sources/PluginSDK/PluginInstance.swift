/// One running instance of an author's class.
final class PluginInstance<Instance: Plugin>: InstanceOperations {
    private let instance: Instance
    private let state: StateSupport<Instance>.Operations?
    /// Nil for a plugin that is concurrent.
    private let gate: CallGate?
    // The answers of the last time that there was nobody to serve.
    private var lastHealth = Health.healthy
    private var lastStatistics: [String: Double] = [:]

    init(_ instance: Instance, gate: CallGate?) {
        self.instance = instance
        self.gate = gate
        state = Instance.stateSupport.operations
    }

    var object: AnyObject { instance }
    var hasState: Bool { state != nil }

    func load() throws { try instance.load() }
    func initialise(_ configuration: PluginConfiguration) throws { try instance.initialise(configuration) }
    func configure(_ configuration: PluginConfiguration) throws {
        guard let gate else { return try instance.configure(configuration) }
        try gate.enter()
        defer { gate.leave() }
        try instance.configure(configuration)
    }

    func components(beside methods: [String]) throws -> (declaration: [UInt8], methods: MethodIndex) {
        let components = Instance.componentSupport.components?(instance) ?? Components()
        return (try components.declaration(beside: methods), try components.methods())
    }

    func start() throws { try instance.start() }
    func pause() throws { try instance.pause() }
    func resume() throws { try instance.resume() }
    func stop() throws { try instance.stop() }
    func unload() throws { try instance.unload() }
    func refresh() throws { try instance.refresh() }
    func recovers(from failure: PluginFailure) -> Bool { instance.recovers(from: failure) }

    func saveState() throws -> SavedState {
        guard let state else { throw Self.stateless }
        return SavedState(schema: state.schema, bytes: try state.save(instance))
    }

    func checkState(_ saved: SavedState) throws {
        guard let state else { throw Self.stateless }
        try state.check(saved.schema, saved.bytes)
    }

    func restoreState(_ saved: SavedState) throws {
        guard let state else { throw Self.stateless }
        try state.restore(instance, saved.schema, saved.bytes)
    }

    func health() throws -> Health {
        guard let gate else { return try instance.health() }
        // Whoever serves a call lives; then the last answer stands.
        _ = try gate.ask { lastHealth = try instance.health() }
        return lastHealth
    }

    func statistics() throws -> [String: Double] {
        guard let gate else { return try instance.statistics() }
        _ = try gate.ask { lastStatistics = try instance.statistics() }
        return lastStatistics
    }

    func dependencyChanged(_ notice: DependencyNotice) {
        guard let gate else { return instance.dependencyChanged(notice.id, notice.change) }
        gate.notices.append(notice)
        // If a call is being served now, the next one delivers it before it begins.
        _ = gate.ask { deliverNotices() }
    }

    func deliverNotices() {
        for notice in gate?.notices.takeAll() ?? [] {
            instance.dependencyChanged(notice.id, notice.change)
        }
    }

    private static var stateless: PluginFailure { PluginFailure(.unsupported, "the plugin has no state") }
}
