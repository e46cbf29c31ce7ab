/// A command: what it takes and what its help says.
package struct CommandSpecification: Hashable, Sendable {
    /// The verb.
    package let name: String
    /// One line for the overview.
    package let summary: String
    /// The arguments by place.
    package let operands: [OperandSpecification]
    /// The options, without `--help`, which every command has.
    package let options: [OptionSpecification]
    /// What the help says below the options.
    package let discussion: String

    init(
        _ name: String,
        _ summary: String,
        operands: [OperandSpecification] = [],
        options: [OptionSpecification] = [],
        discussion: String = ""
    ) {
        self.name = name
        self.summary = summary
        self.operands = operands
        self.options = options
        self.discussion = discussion
    }

    /// How many arguments by place the command takes.
    var operandCount: ClosedRange<Int> {
        let least = operands.reduce(0) { $0 + $1.count.lowerBound }
        let most = operands.reduce(0) { $0.addingReportingOverflow($1.count.upperBound).partialValue }
        return least...max(least, most)
    }

    /// The command line in one line.
    var usage: String {
        let parts = ["plugin-host", name] + operands.map(\.usage) + (options.isEmpty ? [] : ["[options]"])
        return parts.joined(separator: " ")
    }
}
