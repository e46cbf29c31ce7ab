/// The plugins whose calls led to a call, the first caller first.
struct CallChain: Hashable, Sendable {
    /// A call of nobody's.
    static let empty = CallChain(plugins: [])
    /// How many plugins may call each other in one chain.
    static let limit = 16

    let plugins: [String]

    /// The chain with one more plugin, which is called.
    ///
    /// A plugin that is called while it waits for the answer would wait for itself, if not now then with one call at a time.
    func calling(_ plugin: String) throws(PluginError) -> CallChain {
        let path = (plugins + [plugin]).joined(separator: " → ")
        guard !plugins.contains(plugin) else {
            throw PluginError(
                code: .failed,
                message: "plugins call each other in a circle: \(path); let one of them publish an event instead"
            )
        }
        guard plugins.count < Self.limit else {
            throw PluginError(code: .failed, message: "more than \(Self.limit) plugins call each other: \(path)")
        }
        return CallChain(plugins: plugins + [plugin])
    }
}
