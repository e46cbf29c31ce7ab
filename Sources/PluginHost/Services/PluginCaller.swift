internal import LinuxSystem

/// Calls plugins for other plugins, and components for the host, as parts of the chain that the present thread serves.
struct PluginCaller: ComponentCaller {
    private let places: PluginPlaces
    /// The plugin that it was made for, which is not looked up for each call.
    private let known: PluginHandle?

    init(places: PluginPlaces) { self.init(places, known: nil) }

    private init(_ places: PluginPlaces, known: PluginHandle?) {
        self.places = places
        self.known = known
    }

    func caller(of plugin: String) -> any ComponentCaller {
        PluginCaller(places, known: try? places.handle(of: plugin))
    }

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant
    ) throws(PluginError) -> [UInt8] {
        try call(plugin, method, input, deadline: deadline, after: CallChains.present)
    }

    /// Calls a plugin at the end of a chain; one that is in the chain already is refused.
    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant,
        after chain: CallChain
    ) throws(PluginError) -> [UInt8] {
        let handle = if let known, known.id == plugin { known } else { try places.handle(of: plugin) }
        // What begins with the host is told by the plugin itself.
        guard chain != .empty else { return try handle.call(method, input, until: deadline) }
        let longer = try chain.calling(plugin)
        return try CallChains.within(longer, deadline: deadline.nanoseconds) { () throws(PluginError) in
            try handle.call(method, input, until: deadline, isNested: true)
        }
    }
}
