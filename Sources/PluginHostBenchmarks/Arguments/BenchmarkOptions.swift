internal import PluginHost

/// What a command line asks for.
package struct BenchmarkOptions: Hashable, Sendable {
    /// The names to run, in the order of the catalogue; each may be the beginning of several, such as `call`.
    package var names: [String] = []
    /// Whether the result is JSON and nothing else.
    package var printsJSON = false
    /// Whether everything is shorter.
    package var isQuick = false
    /// Whether only the usage is told.
    package var wantsHelp = false
    /// Where files are written; `nil` for the system's temporary directory.
    package var directory: String?
    /// What this process does for another one of the same program: words that only the program itself uses.
    package var childTask: [String]?

    /// Creates the options of an empty command line.
    package init() {}

    /// Understands the words after the program's name.
    package static func parse(_ words: [String], known: [String]) throws(BenchmarkFailure) -> BenchmarkOptions {
        var options = BenchmarkOptions()
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "--json": options.printsJSON = true
            case "--quick": options.isQuick = true
            case "--help", "-h": options.wantsHelp = true
            case "--directory":
                guard let directory = rest.popFirst(), !directory.isEmpty else {
                    throw .usage("--directory needs a directory")
                }
                options.directory = directory
            case "--child":
                options.childTask = Array(rest)
                return options
            default:
                guard !word.hasPrefix("-") else { throw unknown("option", word, among: Self.flags) }
                guard known.contains(where: { includes(word, $0) }) else {
                    throw unknown("benchmark", word, among: known)
                }
                options.names.append(word)
            }
        }
        return options
    }

    /// Whether a benchmark is asked for.
    package func includes(_ name: String) -> Bool {
        names.isEmpty || names.contains { Self.includes($0, name) }
    }

    static let flags = ["--json", "--quick", "--directory", "--help"]

    /// A name stands for itself and for those that go on after a point.
    private static func includes(_ asked: String, _ name: String) -> Bool {
        name == asked || name.hasPrefix(asked + ".")
    }

    private static func unknown(_ kind: String, _ word: String, among all: [String]) -> BenchmarkFailure {
        let groups = all.compactMap { name in name.firstIndex(of: ".").map { String(name[..<$0]) } }
        let hint = Spelling.nearest(to: word, among: all + groups).map { "; did you mean \($0)?" } ?? ""
        return .usage("there is no \(kind) \(word)\(hint)\nThere are: \(all.joined(separator: " "))")
    }
}
