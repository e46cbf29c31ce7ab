import Foundation
import Testing

/// Faults in the steps of isolated plugins, met in a process in which nothing else happens.
struct FaultMatrix {
    /// Meets the faults, some at a time, and writes what became of each to a file.
    ///
    /// - Returns: Nothing; what is left over in this process is an issue.
    static func run(_ cells: [FaultCell], report: String) async throws {
        // What is made once is there after the first.
        _ = try await FaultCellTrial(FaultCell(kind: .abort, step: .create)).run()
        let before = try Leftovers.now()
        var outcomes: [String] = []
        try await withThrowingTaskGroup(of: String.self) { group in
            var rest = cells[...]
            while let cell = rest.popFirst() {
                if cells.count - rest.count > 4, let line = try await group.next() { outcomes.append(line) }
                group.addTask {
                    let began = ContinuousClock.now
                    let outcome = try await FaultCellTrial(cell).run()
                    return "\(cell.kind.rawValue)\t\(cell.step.rawValue)\t\(outcome)\t\(ContinuousClock.now - began)"
                }
            }
            for try await line in group { outcomes.append(line) }
        }
        try Data(outcomes.map { "\($0)\n" }.joined().utf8).write(to: URL(fileURLWithPath: report))
        try await Leftovers.settle(to: before)
    }

    /// What became of each cell, out of reports.
    static func outcomes(in report: String) throws -> [FaultCell: String] {
        var outcomes: [FaultCell: String] = [:]
        for line in try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: "\t").map(String.init)
            guard fields.count == 4, let kind = FaultCell.Kind(rawValue: fields[0]),
                let step = FaultCell.Step(rawValue: fields[1])
            else { continue }
            outcomes[FaultCell(kind: kind, step: step)] = fields[2]
        }
        return outcomes
    }

    /// The table of the documentation.
    static func table(_ outcomes: [FaultCell: String]) -> [String] {
        let steps = FaultCell.Step.allCases
        let head = "| | " + steps.map(\.rawValue).joined(separator: " | ") + " |"
        let rule = "|---|" + steps.map { _ in "---|" }.joined()
        return [head, rule]
            + FaultCell.Kind.allCases.map { kind in
                let cells = steps.map { outcomes[FaultCell(kind: kind, step: $0)] ?? "?" }
                return "| \(kind.title) | " + cells.joined(separator: " | ") + " |"
            }
    }
}
