/// What is wrong with a configuration file, and where.
package struct ConfigurationProblem: Error, Hashable {
    /// The line, from 1 on.
    package let line: Int
    /// What is wrong, and what would be right.
    package let reason: String
}
