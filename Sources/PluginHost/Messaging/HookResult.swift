/// What a chain of hooks has made of a value (RS-10).
public struct HookResult: Hashable, Sendable, Codable {
    /// A hook that was skipped, with the value as it was before it.
    public struct Failure: Hashable, Sendable, Codable {
        /// The hook: its plugin and its name.
        public var hook: String
        /// What failed, and why.
        public var error: String
    }

    /// The value behind the last hook.
    public var value: JSONValue
    /// How many hooks the stage has.
    public var hooks: Int
    /// Those that changed the value, in their order, each as `PLUGIN/NAME`.
    public var changedBy: [String]
    /// Those that were skipped.
    public var failures: [Failure]
}

/// The same, with the value still as JSON.
struct HookOutcome: Sendable {
    var value: [UInt8]
    var hooks = 0
    var changedBy: [String] = []
    var failures: [HookResult.Failure] = []
}
