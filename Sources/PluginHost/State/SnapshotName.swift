/// The file name of a snapshot, `00000042-g3.snapshot`: which of the plugin's it is, and which generation saved it.
package struct SnapshotName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Higher for newer ones; never used twice.
    package let sequence: UInt64
    /// The generation that saved it; 0 if none said so.
    package let generation: UInt64

    /// No host writes that many; a name with more digits was put there by somebody else.
    package static let limit: UInt64 = 999_999_999_999_999

    package init(sequence: UInt64, generation: UInt64) {
        self.sequence = sequence
        self.generation = generation
    }

    /// Reads a file name; the result is `nil` for any text that this type would not write.
    package init?(_ name: some StringProtocol) {
        guard name.hasSuffix(".snapshot") else { return nil }
        let parts = name.dropLast(".snapshot".count).split(separator: "-g", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = UInt64(parts[0]), let generation = UInt64(parts[1]) else { return nil }
        guard sequence <= Self.limit else { return nil }
        self.init(sequence: sequence, generation: generation)
        guard description == name else { return nil }
    }

    package var description: String {
        let digits = String(sequence)
        return "\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)-g\(generation).snapshot"
    }

    package static func < (left: SnapshotName, right: SnapshotName) -> Bool {
        (left.sequence, left.generation) < (right.sequence, right.generation)
    }
}
