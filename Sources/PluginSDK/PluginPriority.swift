/// Who comes first where the order is free.
public struct PluginPriority: RawRepresentable, Hashable, Comparable, Sendable {
    /// The number; a higher one comes first.
    public let rawValue: Int32

    /// Creates a priority between the named ones.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// The number 0.
    public static let low = PluginPriority(rawValue: 0)
    /// The number 50.
    public static let normal = PluginPriority(rawValue: 50)
    /// The number 100.
    public static let high = PluginPriority(rawValue: 100)
    /// The number 200.
    public static let critical = PluginPriority(rawValue: 200)

    /// Compares the numbers.
    public static func < (left: PluginPriority, right: PluginPriority) -> Bool {
        left.rawValue < right.rawValue
    }
}
