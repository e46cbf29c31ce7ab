/// What the boundary does with one instance, whatever its type is.
protocol InstanceOperations: AnyObject {
    /// The author's object, for its methods.
    var object: AnyObject { get }
    var hasState: Bool { get }

    func load() throws
    func initialise(_ configuration: PluginConfiguration) throws
    func configure(_ configuration: PluginConfiguration) throws
    /// What the instance contributes beside these methods, and those by which it is invoked.
    func components(beside methods: [String]) throws -> (declaration: [UInt8], methods: MethodIndex)
    func start() throws
    func pause() throws
    func resume() throws
    func stop() throws
    func unload() throws
    func refresh() throws
    func saveState() throws -> SavedState
    func checkState(_ state: SavedState) throws
    func restoreState(_ state: SavedState) throws
    func health() throws -> Health
    func statistics() throws -> [String: Double]
    func recovers(from failure: PluginFailure) -> Bool
    func dependencyChanged(_ notice: DependencyNotice)
    func deliverNotices()
}

/// A state as it lies on the host's side.
struct SavedState: Hashable, Sendable {
    let schema: UInt32
    let bytes: [UInt8]
}
