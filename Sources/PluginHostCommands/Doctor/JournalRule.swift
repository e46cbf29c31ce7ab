package import PluginHost

/// Judges what the journals of a state directory tell.
package enum JournalRule {
    /// What is to be said of it.
    package static func findings(_ survey: StateDirectory.JournalSurvey) -> [Finding] {
        var findings = survey.quarantines.sorted { $0.key < $1.key }.map { id, quarantine in
            Finding(
                .warning,
                "quarantine",
                "a build of \(id) (\(FigureText.build(quarantine.build))) is set aside: \(quarantine.reason)",
                remedy: "put another build in place, or try it again: plugin-host quarantine clear \(id)"
            )
        }
        findings += survey.damaged.sorted { $0.key < $1.key }.map { path, reason in
            let remedy =
                "the next host sets it aside and begins a new one; restore it from a copy before that, if there is one"
            return Finding(.error, "journal", "\(path) can't be read: \(reason)", remedy: remedy)
        }
        findings += survey.setAside.map { path in
            Finding(
                .note,
                "journal",
                "\(path) was damaged, and a host has set it aside",
                remedy: "rm it when it is not wanted"
            )
        }
        return findings.isEmpty ? [Finding(.ok, "quarantine", "no build is set aside")] : findings
    }
}
