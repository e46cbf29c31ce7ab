/// How much can be shared.
struct SharedStateLimits: Hashable, Sendable {
    var values: Int
    var bytes: Int

    /// Refuses what would be too much, with what would help.
    func check(values count: Int, bytes size: Int, for key: String) throws(PluginError) {
        guard count <= values else {
            throw PluginError(
                code: .exhausted,
                message: "there is no room for the shared value '\(key)': there are \(values) already, which is the "
                    + "limit; remove some, or raise maximumSharedValues in the configuration"
            )
        }
        guard size <= bytes else {
            throw PluginError(
                code: .exhausted,
                message: "there is no room for the shared value '\(key)': with it all would be \(size) bytes, and the "
                    + "limit is \(bytes); remove some, or raise maximumSharedBytes in the configuration"
            )
        }
    }
}
