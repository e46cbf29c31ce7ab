/// Picks out of what a build prints what its user has to see: errors and warnings with their places.
struct BuildOutputFilter: Sendable {
    private static let tailLength = 20

    private let root: String
    private var isInBlock = false
    private var shown: Set<String> = []
    private var tail: [String] = []
    /// How many different errors were shown.
    private(set) var errors = 0

    /// Creates a filter; paths below the root are shown relative to it.
    init(root: String) {
        self.root = root.hasSuffix("/") ? root : root + "/"
    }

    /// What to show of a line.
    mutating func show(_ line: String) -> String? {
        let line = line.hasPrefix(root) ? String(line.dropFirst(root.count)) : line
        if let isError = Self.diagnostic(line) {
            let isNew = shown.insert(line).inserted
            // The driver says only that the compiler has failed, which by then is known.
            let isEcho = isError && errors > 0 && line.contains("command failed with exit code")
            isInBlock = isNew && !isEcho
            if isInBlock, isError { errors += 1 }
            return isInBlock ? line : nil
        }
        if isInBlock, Self.isSnippet(line) { return line }
        isInBlock = false
        if Self.isWorthKnowing(line) { return line }
        if tail.count == Self.tailLength { tail.removeFirst() }
        tail.append(line)
        return nil
    }

    /// The last lines of a build that has failed without a word that this filter understands.
    func lastResort() -> [String] {
        errors == 0 ? tail : []
    }

    /// Whether a line is an error, or another diagnostic; `nil` for any other line.
    private static func diagnostic(_ line: String) -> Bool? {
        if line.hasPrefix("error: ") || line.contains(": error: ") || line.contains(": fatal error: ") { return true }
        if line.contains("undefined reference to") || line.contains("undefined symbol") { return true }
        if line.hasPrefix("warning: ") || line.contains(": warning: ") || line.contains(": note: ") { return false }
        return nil
    }

    /// Whether a line belongs to the source code that the compiler prints below a diagnostic.
    private static func isSnippet(_ line: String) -> Bool {
        let rest = line.drop { " 0123456789".contains($0) }
        return rest.hasPrefix("|") || rest.hasPrefix("`-")
    }

    private static func isWorthKnowing(_ line: String) -> Bool {
        line.hasPrefix("Another instance of SwiftPM")
    }
}
