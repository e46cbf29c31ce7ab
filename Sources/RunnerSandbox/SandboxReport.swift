/// Which layers of a sandbox hold.
package struct SandboxReport: Hashable, Sendable {
    /// How one layer stands.
    package enum Standing: Hashable, Sendable {
        case holds
        /// The rules don't ask for it.
        case notAsked
        /// It does not hold, and why.
        case missing(String)
    }

    /// Every layer, in the order of its number.
    package private(set) var standings: [SandboxLayer: Standing]
    /// What else is worth knowing, such as paths that don't exist.
    package var notes: [String]

    package init(_ standings: [SandboxLayer: Standing] = [:], notes: [String] = []) {
        self.standings = standings
        self.notes = notes
    }

    /// How a layer stands; one that nobody spoke of was not asked for.
    package subscript(layer: SandboxLayer) -> Standing {
        get { standings[layer] ?? .notAsked }
        set { standings[layer] = newValue }
    }

    package var holding: [SandboxLayer] {
        SandboxLayer.allCases.filter { self[$0] == .holds }
    }

    package var missing: [(layer: SandboxLayer, reason: String)] {
        SandboxLayer.allCases.compactMap { layer in
            guard case .missing(let reason) = self[layer] else { return nil }
            return (layer, reason)
        }
    }

    /// One line for people.
    package var summary: String {
        let holding = holding.map(\.name).joined(separator: ", ")
        let missing = missing.map(\.layer.name).joined(separator: ", ")
        switch (holding.isEmpty, missing.isEmpty) {
        case (true, true): return "no sandbox"
        case (true, false): return "no sandbox; missing: \(missing)"
        case (false, true): return holding
        case (false, false): return "\(holding); missing: \(missing)"
        }
    }
}
