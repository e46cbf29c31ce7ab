internal import PluginHost

/// Judges what stands between plugins and the machine.
package enum HardeningRule {
    private static let leastMemory: UInt64 = 64 << 20
    private static let littleMemory: UInt64 = 256 << 20
    private static let fewProcesses: UInt64 = 100

    /// What is to be said of it.
    package static func findings(_ facts: HardeningFacts) -> [Finding] {
        sandbox(facts) + controlGroup(facts) + limits(facts) + choices(facts)
    }

    private static func sandbox(_ facts: HardeningFacts) -> [Finding] {
        guard !facts.sandbox.missing.isEmpty else { return [Finding(.ok, "sandbox", facts.sandbox.summary)] }
        let isNeeded = facts.sandboxPolicy == .required && facts.isolates
        let message = "sandboxes lack \(facts.sandbox.missing.joined(separator: "; "))"
        guard isNeeded else { return [Finding(.note, "sandbox", message)] }
        return [
            Finding(
                .error,
                "sandbox",
                "\(message), and the configuration requires all layers: no isolated plugin runs",
                remedy: "bring what is missing, or set \"sandbox\" to \"best-effort\""
            )
        ]
    }

    private static func controlGroup(_ facts: HardeningFacts) -> [Finding] {
        guard let obstacle = facts.controlGroupObstacle else { return [] }
        let message = "runners of a host that is started from here have no control groups of their own: \(obstacle)"
        switch facts.controlGroupPolicy {
        case .off: return []
        case .bestEffort: return facts.isolates ? [Finding(.note, "control-group", message)] : []
        case .required:
            return [
                Finding(
                    .error,
                    "control-group",
                    "\(message), and the configuration requires it: the host does not start",
                    remedy:
                        "have a group handed over to the host (systemd: Delegate=yes, as 'plugin-host service systemd' "
                        + "writes it, and ask there: systemd-run --wait --pipe -p Delegate=yes plugin-host doctor; a "
                        + "container: a writable group), or set \"controlGroup\" to \"best-effort\""
                )
            ]
        }
    }

    private static func limits(_ facts: HardeningFacts) -> [Finding] {
        var findings: [Finding] = []
        if let limit = facts.memoryLimit {
            let used = facts.memoryInUse ?? 0
            let left = limit > used ? limit - used : 0
            let what = "the control group may use \(FigureText.bytes(Int(clamping: limit))) of memory"
            let severity: Finding.Severity =
                limit < leastMemory ? .error : limit < littleMemory || left < limit / 10 ? .warning : .ok
            let more = used > 0 ? ", and uses \(FigureText.bytes(Int(clamping: used)))" : ""
            let remedy =
                severity > .ok ? "raise its memory.max (systemd: MemoryMax=; a container: its memory limit)" : nil
            let kill = severity > .ok ? ": beyond it the kernel kills plugins, or the host" : ""
            findings.append(Finding(severity, "memory-limit", what + more + kill, remedy: remedy))
        } else {
            findings.append(Finding(.ok, "memory-limit", "no control group limits the memory"))
        }
        if let limit = facts.processLimit, limit < fewProcesses {
            findings.append(
                Finding(
                    .warning,
                    "process-limit",
                    "the control group may have \(limit) processes and threads; a host has some 20, and each plugin's process 5",
                    remedy: "raise its pids.max (systemd: TasksMax=)"
                )
            )
        }
        return findings
    }

    private static func choices(_ facts: HardeningFacts) -> [Finding] {
        var findings: [Finding] = []
        if facts.user == 0 {
            findings.append(
                Finding(
                    .warning,
                    "user",
                    "this is root: whatever a plugin in the host's process does, it does as root",
                    remedy: "give the host a user of its own (systemd: DynamicUser=yes)"
                )
            )
        }
        if facts.trust == .any {
            findings.append(
                Finding(
                    .warning,
                    "trust",
                    "\"trust\" is \"any\": whoever can write to a plugin directory can run code as this user",
                    remedy: "set \"trust\" to \"owner\", \"pinned\" or \"signed\""
                )
            )
        }
        if facts.isolation == .inProcess {
            findings.append(
                Finding(
                    .note,
                    "isolation",
                    "plugins run in the host's own process: one that crashes takes it down, and no sandbox holds them",
                    remedy: "--isolation process, or \"isolation\": \"process\""
                )
            )
        }
        if facts.isolates, facts.runnerMemory == nil {
            findings.append(
                Finding(
                    .note,
                    "runner-limits",
                    "the memory of plugins' processes is not limited",
                    remedy: "set \"runnerLimits\": { \"memory\": 536870912 } in the configuration"
                )
            )
        }
        return findings
    }
}
