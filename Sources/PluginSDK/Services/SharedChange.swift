/// What came of a change of a shared value.
public struct SharedChange: Hashable, Sendable, Decodable {
    /// Whether the value was set; if not, somebody else was faster.
    public var isSet: Bool
    /// The version that the key has now; 0 if it has no value.
    public var version: UInt64

    private enum CodingKeys: String, CodingKey {
        case isSet = "set"
        case version
    }
}
