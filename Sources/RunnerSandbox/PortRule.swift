/// The TCP ports that something may be done with.
package enum PortRule: Hashable, Sendable {
    /// All of them: no layer stands in the way.
    case all
    /// These, or none.
    case only([UInt16])

    package static let none = PortRule.only([])
}
