/// Patterns in which `*` stands for any text.
enum Wildcard {
    /// Whether a name fits a pattern in which `*` stands for any text.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let (name, pattern) = (Array(name.utf8), Array(pattern.utf8))
        let star = UInt8(ascii: "*")
        var (at, expected) = (0, 0)
        // Where to go on if the text that the last star stands for turns out to be longer.
        var retry: (at: Int, expected: Int)?
        while at < name.count {
            if expected < pattern.count, pattern[expected] == star {
                retry = (at, expected + 1)
                expected += 1
            } else if expected < pattern.count, pattern[expected] == name[at] {
                at += 1
                expected += 1
            } else if let (from, after) = retry {
                retry = (from + 1, after)
                (at, expected) = (from + 1, after)
            } else {
                return false
            }
        }
        return pattern[expected...].allSatisfy { $0 == star }
    }
}
