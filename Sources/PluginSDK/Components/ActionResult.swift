/// What came of an action: success or not, and a text that says so (RS-12).
public struct ActionResult: Hashable, Sendable, Codable {
    /// Whether it was done.
    public var success: Bool
    /// What came of it, for who has asked.
    public var text: String

    /// Creates a result.
    public init(success: Bool, text: String) {
        self.success = success
        self.text = text
    }

    /// It was done.
    public static func success(_ text: String) -> ActionResult { ActionResult(success: true, text: text) }
    /// It was not done, for the reason that the text gives.
    public static func failure(_ text: String) -> ActionResult { ActionResult(success: false, text: text) }
}
