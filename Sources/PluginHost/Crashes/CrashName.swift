internal import struct FoundationEssentials.Date

/// The file name of a crash report, `2026-11-18T11-06-40.001Z-1.json`: when it was, and which of that moment.
struct CrashName: Hashable, Sendable, Comparable, CustomStringConvertible {
    private let time: String
    private let number: Int

    private init(time: String, number: Int) {
        self.time = time
        self.number = number
    }

    init(_ time: Date) {
        // Colons are trouble in names of files.
        self.init(time: TimestampText.format(time).replacing(":", with: "-"), number: 1)
    }

    /// Reads a file name; the result is `nil` for any text that this type would not write.
    init?(_ name: String) {
        guard name.hasSuffix(".json"), let hyphen = name.lastIndex(of: "-"),
            let number = Int(name[name.index(after: hyphen)...].dropLast(5)), number > 0
        else { return nil }
        let time = String(name[..<hyphen])
        let date = time.prefix(11) + time.dropFirst(11).replacing("-", with: ":")
        guard TimestampText.parse(String(date)) != nil else { return nil }
        self.init(time: time, number: number)
        guard description == name else { return nil }
    }

    /// The name after this one, for another report of the same moment.
    var next: CrashName { CrashName(time: time, number: number + 1) }

    var description: String { "\(time)-\(number).json" }

    static func < (left: CrashName, right: CrashName) -> Bool {
        (left.time, left.number) < (right.time, right.number)
    }
}
