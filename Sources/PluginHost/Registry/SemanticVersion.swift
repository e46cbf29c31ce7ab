/// A version as semver.org 2.0.0 defines it (HR-12).
///
/// What stands after `+` names a build; it takes no part in comparing, so two versions that differ only in it are equal.
public struct SemanticVersion: Sendable, CustomStringConvertible {
    /// Raised by changes that break users.
    public let major: UInt64
    /// Raised by additions.
    public let minor: UInt64
    /// Raised by repairs.
    public let patch: UInt64
    /// The parts after `-`; empty for a release.
    public let preRelease: [String]
    /// The parts after `+`.
    public let build: [String]

    /// Reads a version; the result is `nil` for a text that is none, or whose numbers are beyond 64 bits.
    public init?(_ text: String) {
        // The build comes last and may hold hyphens, so it is split off first.
        let (rest, build) = Self.split(text[...], at: "+")
        let (core, preRelease) = Self.split(rest, at: "-")
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 3 else { return nil }
        guard let major = Self.number(numbers[0]), let minor = Self.number(numbers[1]) else { return nil }
        guard let patch = Self.number(numbers[2]) else { return nil }
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = Self.parts(preRelease)
        self.build = Self.parts(build)
        guard self.preRelease.allSatisfy({ Self.isIdentifier($0) && Self.hasNoLeadingZero($0) }) else { return nil }
        guard self.build.allSatisfy(Self.isIdentifier) else { return nil }
    }

    /// The version as text, as it was read.
    public var description: String {
        var text = "\(major).\(minor).\(patch)"
        if !preRelease.isEmpty { text += "-" + preRelease.joined(separator: ".") }
        if !build.isEmpty { text += "+" + build.joined(separator: ".") }
        return text
    }

    /// Whether what was made for one of the two works with the other: they have the same major version.
    public func isCompatible(with other: SemanticVersion) -> Bool {
        major == other.major
    }

    // MARK: Reading

    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func parts(_ text: Substring?) -> [String] {
        text.map { $0.split(separator: ".", omittingEmptySubsequences: false).map(String.init) } ?? []
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard isNumber(text), hasNoLeadingZero(text) else { return nil }
        return UInt64(text)
    }

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
                default: false
                }
            }
    }

    private static func isNumber(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func hasNoLeadingZero(_ text: some StringProtocol) -> Bool {
        !(isNumber(text) && text.utf8.count > 1 && text.utf8.first == 0x30)
    }
}

// MARK: - Precedence

extension SemanticVersion: Comparable, Hashable {
    /// Whether the two have the same precedence.
    public static func == (left: SemanticVersion, right: SemanticVersion) -> Bool {
        (left.major, left.minor, left.patch) == (right.major, right.minor, right.patch)
            && left.preRelease == right.preRelease
    }

    /// Whether the left one is older; a pre-release is older than its release.
    public static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        let (core, other) = ((left.major, left.minor, left.patch), (right.major, right.minor, right.patch))
        guard core == other else { return core < other }
        if left.preRelease.isEmpty || right.preRelease.isEmpty {
            return !left.preRelease.isEmpty && right.preRelease.isEmpty
        }
        for (part, other) in zip(left.preRelease, right.preRelease) where part != other {
            return isOlder(part, than: other)
        }
        return left.preRelease.count < right.preRelease.count
    }

    /// Hashes what takes part in comparing.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
        hasher.combine(patch)
        hasher.combine(preRelease)
    }

    private static func isOlder(_ left: String, than right: String) -> Bool {
        switch (isNumber(left), isNumber(right)) {
        case (true, false): return true
        case (false, true): return false
        // Numbers here may have any length; without leading zeros the longer one is the larger.
        case (true, true) where left.utf8.count != right.utf8.count: return left.utf8.count < right.utf8.count
        default: return left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}
