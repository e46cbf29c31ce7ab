/// What a plugin asks to be allowed, and what it gets (RS-13).
public struct PermissionDecision: Hashable, Sendable, Codable {
    /// A permission that the plugin does not have.
    public struct Refusal: Hashable, Sendable, Codable {
        /// The permission as the plugin names it.
        public var permission: String
        /// Why, as the rest of a sentence that begins with the permission.
        public var reason: String
    }

    /// What the plugin names in its metadata.
    public var asked: [String]
    /// What it has: what is harmless, and what the policy grants of what it asks for.
    public var granted: [String]
    /// What it asks for and does not get, and what is denied to it.
    public var refused: [Refusal]
}
