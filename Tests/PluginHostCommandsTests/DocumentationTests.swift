import Foundation
import Testing

@testable import PluginHostCommands

@Suite("What the documentation says of commands and methods")
struct DocumentationTests {
    private static func rows(_ path: String) throws -> [[String]] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let lines = try String(contentsOf: root.appending(path: path), encoding: .utf8).split(separator: "\n")
        return lines.filter { $0.hasPrefix("|") }.map { line in
            line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private static func quoted(_ cell: String) -> [String] {
        cell.matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }

    /// The parameters that a method takes, by the error that tells them.
    private static func parameters(of method: String) throws -> Set<String>? {
        let line = #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"~":0}}"#
        let dispatcher = ControlDispatcher(host: HostDouble())
        guard case .answer(let bytes?) = dispatcher.handle(Array(line.utf8)) else { return nil }
        let answer = String(decoding: bytes, as: UTF8.self)
        guard let list = answer.firstMatch(of: /there is no parameter ~; there are (none|[A-Za-z0-9, ]+)/) else {
            return nil
        }
        return list.output.1 == "none" ? [] : Set(list.output.1.components(separatedBy: ", "))
    }

    @Test("is all methods of the control socket, each with its parameters, and no others")
    func methods() throws {
        var documented: Set<String> = []
        for row in try Self.rows("Sources/PluginHost/Documentation.docc/controlling-a-host.md") where row.count == 3 {
            for method in Self.quoted(row[0]) {
                documented.insert(method)
                #expect(try Self.parameters(of: method) == Set(Self.quoted(row[1])), "\(method)")
            }
        }
        #expect(documented == Set(ControlDispatcher.methods))
    }

    @Test("is all commands, and no others")
    func commands() throws {
        let cells = try Self.rows("README.md").filter { $0.count == 2 && $0[0].contains("`plugin-host ") }.map { $0[0] }
        let words = cells.flatMap(Self.quoted).map { $0.replacing("plugin-host ", with: "").prefix { $0 != " " } }
        let named = Set(words.map(String.init))
        #expect(CommandTable.commands.map(\.name).filter { !named.contains($0) } == [])
        for cell in cells {
            let first = try #require(cell.firstMatch(of: /`plugin-host ([a-z]+)/)).output.1
            #expect(CommandTable.command(named: String(first)) != nil, "\(first)")
        }
    }
}
