/// A command line that can't be understood.
package struct UsageError: Error, Hashable, CustomStringConvertible {
    /// What is wrong, and what is nearest to it.
    package let description: String
    /// The command whose help tells more; `nil` for the overview.
    package let command: String?

    init(_ description: String, command: String? = nil) {
        self.description = description
        self.command = command
    }

    /// What is right, as a sentence to add; nothing if nothing is near.
    static func suggestion(for word: String, among candidates: [String]) -> String {
        let near = candidates.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        guard let (candidate, steps) = near, steps <= max(1, candidate.count / 3) else { return "" }
        return "; did you mean \(candidate)?"
    }

    /// How many letters have to be added, removed, exchanged or changed to get from one word to the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8.prefix(64))
        let right = Array(right.utf8.prefix(64))
        var before: [Int] = []
        var above = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var line = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(line[column] + 1, above[column + 1] + 1, above[column] + (byte == other ? 0 : 1))
                if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                    best = min(best, before[column - 1] + 1)
                }
                line.append(best)
            }
            (before, above) = (above, line)
        }
        return above[right.count]
    }
}
