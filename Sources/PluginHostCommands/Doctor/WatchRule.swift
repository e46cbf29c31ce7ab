/// Judges the kernel's limits.
package enum WatchRule {
    /// What is to be said of watching.
    package static func findings(_ facts: WatchFacts) -> [Finding] {
        var findings: [Finding] = []
        if let limit = facts.instanceLimit {
            findings.append(
                judge(
                    left: limit - facts.instancesInUse,
                    error: 3,
                    warning: 16,
                    what: "\(facts.instancesInUse) of \(limit) inotify instances of this user are in use",
                    setting: "fs.inotify.max_user_instances",
                    to: max(1024, limit * 2)
                )
            )
        }
        if let limit = facts.watchLimit {
            findings.append(
                judge(
                    left: limit - facts.watchesInUse,
                    error: 16,
                    warning: 1000,
                    what: "\(facts.watchesInUse) of \(limit) inotify watches of this user are in use",
                    setting: "fs.inotify.max_user_watches",
                    to: max(524_288, limit * 2)
                )
            )
        }
        if findings.isEmpty {
            findings.append(Finding(.note, "watch-limits", "the kernel does not tell its limits for watching files"))
        }
        return findings + mappings(facts)
    }

    private static func judge(
        left: Int,
        error: Int,
        warning: Int,
        what: String,
        setting: String,
        to value: Int
    ) -> Finding {
        let severity: Finding.Severity = left < error ? .error : left < warning ? .warning : .ok
        guard severity > .ok else { return Finding(.ok, "watch-limits", what) }
        return Finding(
            severity,
            "watch-limits",
            "\(what): a host that gets none looks at its directories only from time to time",
            remedy: "as root: sysctl -w \(setting)=\(value)"
        )
    }

    private static func mappings(_ facts: WatchFacts) -> [Finding] {
        guard let limit = facts.mappingLimit else { return [] }
        let generations = limit / 3
        let what = "vm.max_map_count is \(limit)"
        guard limit < 65_530 else {
            let note = facts.keepsImages ? ", room for about \(generations) reloads in the host's own process" : ""
            return [Finding(.ok, "mappings", what + note)]
        }
        return [
            Finding(
                facts.keepsImages ? .warning : .note,
                "mappings",
                "\(what), less than the usual 65530: plugins in the host's own process can be reloaded about \(generations) times "
                    + "until it has to be restarted",
                remedy: "as root: sysctl -w vm.max_map_count=262144"
            )
        ]
    }
}
