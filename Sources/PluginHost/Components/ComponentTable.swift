internal import LinuxSystem

/// Keeps the components of one kind, of all plugins (RS-9).
///
/// The host asks for conflicts while a new generation is prepared, and replaces all components of a plugin at the switch.
protocol ComponentTable: Sendable {
    /// Why these can't be had beside those of other plugins, with both owners named; `nil` if they can.
    func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String?

    /// Makes these the components of a plugin; it has none any more if the declaration is empty. It must not block.
    func replace(_ declaration: ComponentDeclaration, of plugin: String)
}

/// Invokes a component: an ordinary call of a reserved method.
protocol ComponentCaller: Sendable {
    /// Calls the plugin on this thread, which waits.
    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant
    ) throws(PluginError) -> [UInt8]

    /// The same, for whoever calls one plugin again and again.
    func caller(of plugin: String) -> any ComponentCaller
}

extension ComponentCaller {
    func caller(of plugin: String) -> any ComponentCaller { self }
}

/// The methods that components are called by; no user calls them.
package enum ComponentMethod {
    static let reservedPrefix = "ph."

    static func action(_ name: String) -> String { "ph.action/\(name)" }
    static func event(_ handler: String) -> String { "ph.event/\(handler)" }
    static func hook(_ name: String) -> String { "ph.hook/\(name)" }
    static func send(_ gateway: String) -> String { "ph.send/\(gateway)" }
    static func task(_ name: String) -> String { "ph.task/\(name)" }
}

extension ComponentMethod {
    /// Refuses a method that only the host calls.
    package static func refuseReserved(_ method: String, of plugin: String) throws(PluginError) {
        guard method.hasPrefix(reservedPrefix) else { return }
        throw PluginError(
            code: .methodNotFound,
            message:
                "\(plugin): \(method): the methods whose names begin with '\(reservedPrefix)' are the host's own, by "
                + "which it invokes what the plugin has declared; nobody else calls them"
        )
    }
}
