internal import CLinux
internal import LinuxSystem

/// Rules for files and ports that are put together, and not in force yet.
package struct PreparedRules: ~Copyable {
    private let rules: SandboxRules
    private var ruleset: LandlockRuleset
    /// What could not be granted.
    private(set) var notes: [String]

    /// Puts rules together.
    static func assemble(_ rules: SandboxRules, version: Int) throws(SystemCallError) -> PreparedRules {
        var prepared = PreparedRules(rules, try LandlockRuleset(rules, version: version))
        try prepared.grant(rules, besides: nil)
        if version >= SandboxLayer.network.landlockVersion {
            try prepared.ruleset.allow(CLINUX_LANDLOCK_CONNECT_TCP, ports: rules.connects)
            try prepared.ruleset.allow(CLINUX_LANDLOCK_BIND_TCP, ports: rules.binds)
        }
        return prepared
    }

    private init(_ rules: SandboxRules, _ ruleset: consuming LandlockRuleset) {
        self.rules = rules
        self.ruleset = ruleset
        notes = []
    }

    /// These rules, and what others allow beside them; all of the others if these are no part of them.
    consuming func extended(to rules: SandboxRules, version: Int) throws(SystemCallError) -> PreparedRules {
        guard self.rules.isPart(of: rules) else { return try Self.assemble(rules, version: version) }
        try grant(rules, besides: self.rules)
        return self
    }

    private mutating func grant(_ rules: SandboxRules, besides known: SandboxRules?) throws(SystemCallError) {
        let grants: [(LandlockRights, [String], besides: [String]?)] = [
            (.read, rules.readable, known?.readable), (.write, rules.writable, known?.writable),
            (.execute, rules.executable, known?.executable),
        ]
        for (rights, paths, granted) in grants {
            for path in paths where granted?.contains(path) != true {
                if let note = try ruleset.allow(rights, beneath: path), !notes.contains(note) { notes.append(note) }
            }
        }
    }

    /// Puts the rules in force for the calling thread and all that it will make, for ever.
    consuming func restrict() throws(SystemCallError) {
        try ruleset.restrict()
    }
}

extension SandboxRules {
    /// Whether these rules forbid the same as others, and allow nothing besides.
    fileprivate func isPart(of other: SandboxRules) -> Bool {
        connects == other.connects && binds == other.binds && isScoped == other.isScoped
            && Set(other.readable).isSuperset(of: readable) && Set(other.writable).isSuperset(of: writable)
            && Set(other.executable).isSuperset(of: executable)
    }
}
