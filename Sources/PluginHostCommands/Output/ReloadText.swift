internal import PluginHost

/// How a reload ended, for people.
enum ReloadText {
    /// What happened, and by phase how long it took (HR-13).
    static func of(_ result: ReloadResult) -> String {
        let phases = result.phases.map { "\($0.name) \(FigureText.seconds($0.seconds))" }
        let held = "calls held for \(FigureText.seconds(result.holdSeconds))"
        let steps = phases.isEmpty ? "" : "\n  " + (phases + [held]).joined(separator: ", ")
        let warnings = (result.warnings ?? []).map { "\n  warning: \(LogText.oneLine($0))" }.joined()
        return "\(result.plugin): \(summary(of: result))\(steps)\(warnings)"
    }

    private static func summary(of result: ReloadResult) -> String {
        let time = FigureText.seconds(result.durationSeconds)
        let generation = "generation \(result.generation)"
        // What was stopped or paused stays so, whatever takes its place.
        let idle = result.state.flatMap {
            ["running", "reloading"].contains($0) ? nil : $0 == "error" ? "in error" : $0
        }
        if result.unchanged {
            return "unchanged: \(generation) "
                + (idle.map { "is of this build already, and \($0)" } ?? "serves this build already")
        }
        let attempts = result.attempts > 1 ? ", \(result.attempts) attempts" : ""
        if result.success {
            let state = result.statePreserved ? "state kept" : "no state moved"
            return "\(generation) \(idle.map { "is \($0)" } ?? "serves"), \(state), \(time)\(attempts)"
        }
        let rest =
            result.generation == 0 ? "nothing serves" : "\(generation) \(idle.map { "is still \($0)" } ?? "goes on")"
        let code = result.code.map { "\($0): " } ?? ""
        let reason = LogText.oneLine(result.error ?? "no reason was given")
        return "failed: \(code)\(reason); \(rest), \(time)\(attempts)"
    }
}
