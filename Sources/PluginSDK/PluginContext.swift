internal import CPluginABI
internal import Synchronization

/// What the host offers a plugin.
///
/// It can be used from any thread. Once the plugin was destroyed it does nothing any more; work that a plugin leaves
/// running after `stop` must nevertheless not use it.
public final class PluginContext: Sendable {
    /// The host's id: the same for as long as the host runs.
    public let hostID: String

    private let host: HostTable
    private let isOpen = Atomic(true)

    init(_ host: HostTable) {
        self.host = host
        self.hostID = host.id
    }

    /// The settings as they are now.
    public var configuration: PluginConfiguration {
        get throws(PluginFailure) {
            guard isOpen.load(ordering: .acquiring) else { throw Self.closed }
            return try PluginConfiguration(json: host.readConfiguration())
        }
    }

    /// Logs a record under the plugin's id.
    public func log(_ level: LogLevel, _ message: String) {
        guard isOpen.load(ordering: .acquiring) else { return }
        host.log(level, message)
    }

    /// Logs a step.
    public func trace(_ message: String) { log(.trace, message) }
    /// Logs a detail.
    public func debug(_ message: String) { log(.debug, message) }
    /// Logs what an operator likes to know.
    public func info(_ message: String) { log(.info, message) }
    /// Logs what an operator should look at.
    public func warning(_ message: String) { log(.warning, message) }
    /// Logs what went wrong.
    public func error(_ message: String) { log(.error, message) }

    /// Publishes an event of the plugin's own (PL-7).
    public func emit(_ type: String, _ data: [UInt8] = []) throws(PluginFailure) {
        guard isOpen.load(ordering: .acquiring) else { throw Self.closed }
        try host.emit(type, data)
    }

    /// Finds an optional interface of the host, such as `ph.shared-state/1`.
    ///
    /// It is nil if this host does not have the interface or does not grant it. What it points to is the host's, and
    /// valid until the plugin is destroyed.
    @safe
    public func interface(named name: String) -> UnsafeRawPointer? {
        guard isOpen.load(ordering: .acquiring) else { return nil }
        return unsafe host.interface(named: name)
    }

    /// Finds a service of the host, such as `ph.shared-state/1`.
    ///
    /// - Parameter name: The service's name.
    /// - Returns: A way to it, good for as long as the plugin lives.
    /// - Throws: ``PluginFailure`` with `unauthorised` if this host does not have the service, or does not grant it.
    public func service(named name: String) throws(PluginFailure) -> HostService {
        guard isUsable else { throw Self.closed }
        guard let found = unsafe host.interface(named: name) else {
            let remedy = "see the permissions of the plugin and 'permissions' in the host's configuration"
            throw PluginFailure(.unauthorised, "this host does not offer \(name), or does not grant it; \(remedy)")
        }
        return try unsafe HostService(name, found, self)
    }

    /// Whether the plugin is still there to be served.
    var isUsable: Bool { isOpen.load(ordering: .acquiring) }

    /// Ends the host's offer; the host's table is gone after this.
    func close() {
        isOpen.store(false, ordering: .releasing)
    }

    static var closed: PluginFailure { PluginFailure(.shuttingDown, "the plugin was destroyed") }
}
