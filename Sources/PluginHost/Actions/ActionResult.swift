/// What came of an action (RS-12).
public struct ActionResult: Hashable, Sendable, Codable {
    /// Whether it was done.
    public var success: Bool
    /// What to tell whoever asked for it.
    public var text: String
}
