/// The TCP ports that something may be done with.
package enum PortRule: Hashable, Sendable {
    /// All of them: no layer stands in the way.
    case all
    /// These, or none.
    case only([UInt16])

    package static let none = PortRule.only([])

    /// Adds a port, or all of them.
    mutating func add(_ port: UInt16?) {
        guard let port else { return self = .all }
        if case .only(let ports) = self { self = .only(ports + [port]) }
    }
}
