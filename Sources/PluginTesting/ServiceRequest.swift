/// What a plugin has asked a service of the host for.
public struct ServiceRequest: Hashable, Sendable {
    /// The id of the plugin that asks.
    public var plugin: String
    /// The name of the service, such as `ph.events/1`.
    public var service: String
    /// What is asked for.
    public var method: String
    /// What goes with it.
    public var input: [UInt8]

    /// Creates a request, to compare with.
    public init(of plugin: String, to service: String, _ method: String, _ input: [UInt8] = []) {
        self.plugin = plugin
        self.service = service
        self.method = method
        self.input = input
    }

    /// The input as text; what is no UTF-8 in it is replaced.
    public var text: String { String(decoding: input, as: UTF8.self) }
}
