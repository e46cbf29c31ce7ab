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
        try prepared.grant(rules)
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
        guard self.rules.isBeginning(of: rules) else { return try Self.assemble(rules, version: version) }
        try grant(rules, besides: self.rules)
        return self
    }

    private mutating func grant(
        _ rules: SandboxRules,
        besides known: SandboxRules = SandboxRules()
    ) throws(SystemCallError) {
        try grant(.read, rules.readable.dropFirst(known.readable.count))
        try grant(.write, rules.writable.dropFirst(known.writable.count))
        try grant(.execute, rules.executable.dropFirst(known.executable.count))
    }

    private mutating func grant(_ rights: LandlockRights, _ paths: ArraySlice<String>) throws(SystemCallError) {
        for path in paths {
            if let note = try ruleset.allow(rights, beneath: path), !notes.contains(note) { notes.append(note) }
        }
    }

    /// Puts the rules in force for the calling thread and all that it will make, for ever.
    consuming func restrict(by calls: SandboxCalls) throws(SystemCallError) {
        try ruleset.restrict(by: calls)
    }
}

extension SandboxRules {
    /// Whether others forbid the same as these rules, and what these allow comes first in them.
    fileprivate func isBeginning(of other: SandboxRules) -> Bool {
        connects == other.connects && binds == other.binds && isScoped == other.isScoped
            && other.readable.starts(with: readable) && other.writable.starts(with: writable)
            && other.executable.starts(with: executable)
    }
}
