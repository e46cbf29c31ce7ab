internal import LinuxSystem

/// A service of the host for plugins, which they reach by its name as an optional interface (PL-6).
protocol HostService: Sendable {
    /// The name, such as `ph.shared-state/1`.
    var name: String { get }
    /// What a plugin must be granted to have the interface at all; `nil` for nothing.
    var permission: Permission? { get }

    /// Does what a plugin asks for, on a thread that may wait until the request's deadline.
    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8]
}

/// What a plugin asks a service for.
struct ServiceRequest: Sendable {
    /// Who asks.
    let plugin: String
    let generation: UInt64
    let method: String
    let input: [UInt8]
    let deadline: MonotonicInstant
    /// The calls that the plugin is in while it asks, its own last.
    let chain: CallChain
    /// Whether the plugin is granted a permission; a refusal is logged once.
    let permits: @Sendable (Permission) -> Bool
    /// Whether the one who asks serves.
    var standing = Standing.serving
}

extension ServiceRequest {
    /// Whether a build asks that is only tried: it is told what it would be told, and nothing of that stays.
    var isOnTrial: Bool { generation == 0 }

    /// Changes something of the plugin's that stays when the one who asks serves: now, at its switch, or never.
    func perform(_ wish: @escaping Standing.Wish) throws(PluginError) {
        if !isOnTrial { try standing.perform(wish) }
    }

    /// Says something for the one who asks when it serves: now, at its switch, or never.
    func say(bytes: Int, _ wish: @escaping Standing.Wish) throws(PluginError) {
        if !isOnTrial { try standing.say(bytes: bytes, wish) }
    }

    /// Does at once what is taken back if the one who asks does not come to serve; one on trial is only told what it would be.
    func attempt<Answer>(
        _ body: (_ stays: Bool) throws(PluginError) -> (answer: Answer, undo: Standing.Undo?)
    ) throws(PluginError) -> Answer {
        isOnTrial ? try body(false).answer : try standing.attempt(body)
    }

    /// Refuses what others would have to do for a build that is only tried: nobody could take it back.
    func refuseOnTrial() throws(PluginError) {
        guard isOnTrial else { return }
        standing.deny()
        throw PluginError(
            code: .unsupported,
            message: "\(plugin) is only being tried, and nobody does anything for it until it is loaded by its host"
        )
    }

    /// Refuses what the plugin is not granted, naming the permission.
    func demand(_ permission: Permission) throws(PluginError) {
        guard !permits(permission) else { return }
        throw PluginError(
            code: .unauthorised,
            message: "\(plugin): the permission '\(permission)' is not granted; see 'permissions' in the configuration "
                + "and 'plugin-host info \(plugin)'"
        )
    }
}
