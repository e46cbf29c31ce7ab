import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("What is written for readers", .limited)
struct ReadmeTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The rows of the table of promises: number, and the tests beside it.
    private static let promises: [(id: String, tests: [String])] = {
        let lines = ((try? text("README.md")) ?? "").split(separator: "\n")
        return lines.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3, cells[0].wholeMatch(of: /(HR|PL|LM|TR|PM|RS|CH)-\d+/) != nil else { return nil }
            return (cells[0], cells[2].matches(of: /`([^`]+)`/).map { String($0.output.1) })
        }
    }()

    @Test("promises only what tests beside it cite by number")
    func promisesAreTested() throws {
        #expect(Self.promises.count == 49)
        // None is left out.
        for (area, promises) in Dictionary(grouping: Self.promises.map(\.id), by: { $0.prefix { $0 != "-" } }) {
            #expect(promises == (1...promises.count).map { "\(area)-\($0)" })
        }
        let enumerator = FileManager.default.enumerator(atPath: Self.root.appending(path: "Tests").path)
        let files = (enumerator?.compactMap { $0 as? String } ?? []).map { "Tests/\($0)" }
        for promise in Self.promises {
            #expect(!promise.tests.isEmpty, "nothing stands beside \(promise.id)")
            for name in promise.tests {
                let found = files.filter { $0.hasSuffix("/\(name).swift") || $0 == "\(name).swift" }
                #expect(!found.isEmpty, "\(promise.id) names \(name), which is not there")
                let cites = try found.contains { try Self.text($0).contains(try Regex("\(promise.id)\\b")) }
                #expect(cites, "\(name) stands beside \(promise.id) and does not cite it")
            }
        }
    }

    @Test("says of failures only what tests show")
    func failuresAreTested() throws {
        let page = try Self.text("Sources/PluginHost/Documentation.docc/when-something-fails.md")
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| what goes wrong") }
        #expect(rows.count > 40)
        let enumerator = FileManager.default.enumerator(atPath: Self.root.appending(path: "Tests").path)
        let files = Set(
            (enumerator?.compactMap { $0 as? String } ?? []).map { String($0.split(separator: "/").last ?? "") }
        )
        for row in rows {
            let tests = row.split(separator: "|").last { !$0.allSatisfy(\.isWhitespace) } ?? ""
            let names = tests.matches(of: /`([A-Za-z]+Tests)`/).map { "\($0.output.1).swift" }
            #expect(!names.isEmpty && files.isSuperset(of: names), "\(row)")
        }
    }

    @Test("documents every key of the configuration with its default")
    func configurationIsDocumented() throws {
        let page = try Self.text("Sources/PluginHost/Documentation.docc/operating.md")
        let chapter = try #require(page.split(separator: "## ").first { $0.hasPrefix("Configuration") })
        let rows = chapter.split(separator: "\n").filter { $0.wholeMatch(of: /\| `[a-zA-Z]+` \| `.*` \| .* \|/) != nil }
            .map(String.init)
        let expected = ConfigurationKey.table.map { key in
            "| `\(key.name)` | `\(key.defaultText)` | \(key.documentation) |"
        }
        #expect(rows.filter { !expected.contains($0) } == [])
        #expect(expected.filter { !rows.contains($0) } == [])
    }

    @Test("leads to files that are there")
    func linksLeadSomewhere() throws {
        for page in ["README.md", "CONTRIBUTING.md"] {
            for link in try Self.text(page).matches(of: /\]\(([^)#:]+)\)/) {
                let path = Self.root.appending(path: String(link.output.1)).path
                #expect(FileManager.default.fileExists(atPath: path), "\(page) links to \(link.output.1)")
            }
        }
    }
}
