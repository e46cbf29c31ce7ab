/// Finds what somebody meant who misspelt a name.
package enum Spelling {
    /// The candidate that is nearest to the name; `nil` if none is near enough to be meant.
    ///
    /// Case, hyphens and underscores don't count.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let plain = simplified(name)
        // Nobody misspells a name that long, and comparing it would take long.
        guard plain.count <= 100 else { return nil }
        let distances = candidates.map { (name: $0, distance: distance(plain, simplified($0))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }) else { return nil }
        // Something of the name has to be left, or each short name would be meant by each other one.
        return best.distance <= max(2, plain.count * 2 / 5) && best.distance < plain.count ? best.name : nil
    }

    private static func simplified(_ name: String) -> [Character] {
        Array(name.lowercased().filter { $0 != "-" && $0 != "_" })
    }

    /// How many characters have to be inserted, removed or replaced.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (character == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
