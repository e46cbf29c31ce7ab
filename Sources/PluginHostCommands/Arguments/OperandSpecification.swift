/// An argument of a command that is known by its place.
package struct OperandSpecification: Hashable, Sendable {
    /// What stands for it in the help.
    package let name: String
    /// How many there may be.
    package let count: ClosedRange<Int>
    /// The words that it can be; none if it can be anything.
    package let words: [String]
    /// One sentence.
    package let documentation: String

    init(
        _ name: String,
        times count: ClosedRange<Int> = 1...1,
        among words: [String] = [],
        _ documentation: String
    ) {
        self.name = name
        self.count = count
        self.words = words
        self.documentation = documentation
    }

    /// The argument as the usage line shows it.
    var usage: String {
        let repeated = count.upperBound > 1 ? "\(name)..." : name
        return count.lowerBound == 0 ? "[\(repeated)]" : repeated
    }
}
