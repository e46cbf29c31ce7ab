import Foundation
import TestSupport
import Testing

@Suite("Torture: each fault in each step of an isolated plugin", .limited, .serialized, .timeLimit(.minutes(30)))
struct FaultMatrixTortureTests {
    /// The page that has the table, which the long form writes.
    private static let page = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Sources/PluginHost/Documentation.docc/surviving-a-crash.md")

    @Test("costs its own calls, and leaves nothing behind (RS-7)")
    func faults() async throws {
        var outcomes: [FaultCell: String] = [:]
        for cells in FaultCell.groups {
            let report = NSTemporaryDirectory() + "plugin-host-faults-\(UUID().uuidString)"
            await #expect(processExitsWith: .success) { [cells = cells as [FaultCell], report = report as String] in
                try await FaultMatrix.run(cells, report: report)
            }
            outcomes.merge((try? FaultMatrix.outcomes(in: report)) ?? [:]) { $1 }
            try? FileManager.default.removeItem(atPath: report)
        }
        #expect(Set(FaultCell.groups.joined()) == Set(outcomes.keys), "cells without an outcome")
        guard Torture.isLong else { return }
        let table = FaultMatrix.table(outcomes)
        let path = NSTemporaryDirectory() + "plugin-host-faults.md"
        try Data(table.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
        print("the table is in \(path)")
    }

    @Test("is a cell of the table in the documentation")
    func isDocumented() throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).split(separator: "\n").map(String.init)
        let wanted = FaultMatrix.table([:])
        let start = try #require(lines.firstIndex(of: wanted[0]), "the head of the table")
        let rows = lines[start...].prefix { $0.hasPrefix("|") }
        #expect(rows.count == wanted.count)
        for (row, expected) in zip(rows, wanted).dropFirst(2) {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.first == expected.split(separator: "|").first?.trimmingCharacters(in: .whitespaces))
            #expect(cells.count == FaultCell.Step.allCases.count + 1 && !cells.contains("?"))
        }
    }
}
