/// Figures for people.
enum FigureText {
    /// A time with a unit that fits it.
    static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case ..<0.001: "\(rounded(seconds * 1_000_000, 0)) µs"
        case ..<0.1: "\(rounded(seconds * 1000, 1)) ms"
        case ..<1: "\(rounded(seconds * 1000, 0)) ms"
        case ..<60: "\(rounded(seconds, 1)) s"
        case ..<3600: "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
        case ..<86_400: "\(Int(seconds) / 3600) h \(Int(seconds) / 60 % 60) min"
        case ..<1e12: "\(Int(seconds) / 86_400) d \(Int(seconds) / 3600 % 24) h"
        default: "for ever"
        }
    }

    /// A number of nanoseconds with a unit that fits it.
    static func nanoseconds(_ count: UInt64) -> String {
        switch count {
        case ..<1000: "\(count) ns"
        case ..<100_000: "\(rounded(Double(count) / 1000, 1)) µs"
        default: seconds(Double(count) / 1e9)
        }
    }

    /// A number of bytes with a unit that fits it.
    static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1024: "\(count) bytes"
        case ..<1_048_576: "\(rounded(Double(count) / 1024, 1)) KiB"
        default: "\(rounded(Double(count) / 1_048_576, 1)) MiB"
        }
    }

    /// A number of things.
    static func count(_ number: some BinaryInteger, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }

    /// The start of a content's hash, enough to tell builds apart.
    static func build(_ hash: String) -> String {
        hash.isEmpty ? "-" : String(hash.prefix(12))
    }

    private static func rounded(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        if digits == 0 { return "\(Int64(value.rounded()))" }
        let tenths = Int64((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
