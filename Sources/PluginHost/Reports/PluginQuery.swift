/// What plugins are looked up by (HR-12); what is `nil` does not matter.
public struct PluginQuery: Hashable, Sendable {
    /// The watched file.
    public var path: String?
    /// The name of the state, as in ``PluginStatus/state``.
    public var state: String?
    /// Something that the plugin offers.
    public var capability: String?
    /// The type that the plugin says it is of.
    public var type: String?

    /// Creates a query; a path that is not absolute starts at the working directory.
    public init(path: String? = nil, state: String? = nil, capability: String? = nil, type: String? = nil) {
        self.path = path?.absolutePath
        self.state = state
        self.capability = capability
        self.type = type
    }

    /// Whether a plugin is all that is asked for.
    public func matches(_ plugin: PluginStatus) -> Bool {
        func fits(_ wanted: String?, _ present: [String]?) -> Bool {
            wanted.map { present?.contains($0) == true } ?? true
        }
        return fits(path, [plugin.path]) && fits(state, [plugin.state])
            && fits(capability, plugin.descriptor?.capabilities) && fits(type, plugin.descriptor.map { [$0.type] })
    }
}
