/// Figures in few columns.
enum TopFigure {
    /// What there is no figure of.
    static let none = "–"

    /// A number of things a second.
    static func rate(_ value: Double?) -> String {
        guard let value, value.isFinite else { return none }
        switch value {
        case ..<0.05: return "0"
        case ..<99.95: return tenths(value)
        case ..<999_999.5: return "\(Int(value.rounded()))"
        default: return "\(tenths(value / 1_000_000))M"
        }
    }

    /// A number of bytes.
    static func bytes(_ count: Int?) -> String {
        guard let count else { return none }
        switch count {
        case ..<1_048_576: return "\(count / 1024)K"
        case ..<1_073_741_824: return "\(tenths(Double(count) / 1_048_576))M"
        default: return "\(tenths(Double(count) / 1_073_741_824))G"
        }
    }

    /// A number of things.
    static func count(_ value: some BinaryInteger) -> String {
        value < 1_000_000 ? "\(value)" : "\(tenths(Double(value) / 1_000_000))M"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
