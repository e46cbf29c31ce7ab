/// A plugin: a final class whose methods a host calls.
///
/// The host makes one instance for each generation and calls `load`, `initialise`, `start`; then methods as they come,
/// with `pause` and `resume` in between; then `stop` and `unload`. Each of these has a default that does nothing. They
/// are called one at a time, though not always on the same thread, and never beside a method, unless the class says
/// that it can bear it by being a ``ConcurrentPlugin``.
///
/// Whatever is thrown reaches the host as a code and a message; see ``PluginFailure``.
public protocol Plugin: AnyObject, SendableMetatype {
    /// What the plugin says of itself.
    static var metadata: PluginMetadata { get }

    /// Adds the methods that a host can call.
    static func register(in methods: inout MethodTable<Self>)

    /// Makes the one instance of a generation; the context may be kept.
    init(context: PluginContext) throws

    /// Takes what the instance needs to exist.
    func load() throws
    /// Applies the settings at the start.
    func initialise(_ configuration: PluginConfiguration) throws
    /// Applies new settings while the plugin runs; to throw means that it goes on with those that it had.
    ///
    /// By default it is `initialise` that gets them. A ``ConcurrentPlugin`` may serve calls meanwhile.
    func configure(_ configuration: PluginConfiguration) throws
    /// Starts work; returns when calls can be served.
    func start() throws
    /// Holds threads and timers of the plugin's own, so that its state does not change.
    func pause() throws
    /// Goes on after `pause`.
    func resume() throws
    /// Ends work; no thread of the plugin's own may run after it.
    func stop() throws
    /// Gives back what `load` took.
    func unload() throws
    /// Reads again what the plugin keeps from elsewhere, such as caches and files.
    func refresh() throws
    /// Says how the plugin is; to throw means unhealthy.
    func health() throws -> Health
    /// Gives figures by name.
    func statistics() throws -> [String: Double]
    /// Says whether the plugin goes on although one of the functions above failed.
    func recovers(from failure: PluginFailure) -> Bool
    /// Is told what became of a plugin that it depends on.
    func dependencyChanged(_ id: String, _ change: DependencyChange)

    /// How the state is saved; comes with ``StatefulPlugin`` and is not written by hand.
    static var stateSupport: StateSupport<Self> { get }
    /// What it contributes beside its methods; comes with ``ComponentPlugin`` and is not written by hand.
    static var componentSupport: ComponentSupport<Self> { get }
    /// How many calls run at once; comes with ``ConcurrentPlugin`` and is not written by hand.
    static var callSupport: CallSupport<Self> { get }
}

extension Plugin {
    /// Does nothing.
    public func load() throws {}
    /// Does nothing.
    public func initialise(_ configuration: PluginConfiguration) throws {}
    /// Has `initialise` apply them.
    public func configure(_ configuration: PluginConfiguration) throws { try initialise(configuration) }
    /// Does nothing.
    public func start() throws {}
    /// Does nothing.
    public func pause() throws {}
    /// Does nothing.
    public func resume() throws {}
    /// Does nothing.
    public func stop() throws {}
    /// Does nothing.
    public func unload() throws {}
    /// Does nothing.
    public func refresh() throws {}
    /// Says that the plugin is well.
    public func health() throws -> Health { .healthy }
    /// Gives no figures.
    public func statistics() throws -> [String: Double] { [:] }
    /// Says that the plugin does not go on.
    public func recovers(from failure: PluginFailure) -> Bool { false }
    /// Does nothing.
    public func dependencyChanged(_ id: String, _ change: DependencyChange) {}
    /// No state.
    public static var stateSupport: StateSupport<Self> { .none }
    /// No components.
    public static var componentSupport: ComponentSupport<Self> { .none }
    /// One call at a time.
    public static var callSupport: CallSupport<Self> { .oneAtATime }
}
