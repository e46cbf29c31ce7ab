/// What a plugin is checked with.
package struct CheckOptions: Hashable, Sendable {
    /// A call that the plugin understands.
    package struct Call: Hashable, Sendable {
        /// The name of the method.
        package var method: String
        /// What it is given.
        package var input: String

        /// Creates a call.
        package init(method: String, input: String) {
            self.method = method
            self.input = input
        }
    }

    /// What the random parts begin with.
    package var seed: UInt64
    /// The settings that the plugin is initialised with: one JSON object.
    package var settings: String
    /// Calls that give the plugin something to do, and its state something to hold.
    package var calls: [Call]

    /// Creates options.
    package init(seed: UInt64, settings: String = "{}", calls: [Call] = []) {
        self.seed = seed
        self.settings = settings
        self.calls = calls
    }
}
