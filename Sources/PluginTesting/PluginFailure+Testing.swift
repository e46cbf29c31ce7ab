public import PluginSDK

extension PluginFailure.Code {
    /// The test asks for what a host would never do: the plugin is not in a state for it.
    ///
    /// No plugin and no host uses this number.
    public static let illegalMove = PluginFailure.Code(rawValue: -1)
    /// The plugin does what its contract with the host forbids.
    ///
    /// No plugin and no host uses this number.
    public static let brokenContract = PluginFailure.Code(rawValue: -2)
}
