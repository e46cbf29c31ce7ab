internal import PluginHost

/// How a reload ended, for people.
enum ReloadText {
    /// What happened, and by phase how long it took (HR-13).
    static func of(_ result: ReloadResult) -> String {
        let phases = result.phases.map { "\($0.name) \(FigureText.seconds($0.seconds))" }
        let held = "calls held for \(FigureText.seconds(result.holdSeconds))"
        let steps = phases.isEmpty ? "" : "\n  " + (phases + [held]).joined(separator: ", ")
        return "\(result.plugin): \(summary(of: result))\(steps)"
    }

    private static func summary(of result: ReloadResult) -> String {
        let time = FigureText.seconds(result.durationSeconds)
        if result.unchanged { return "unchanged: generation \(result.generation) serves this build already" }
        let attempts = result.attempts > 1 ? ", \(result.attempts) attempts" : ""
        if result.success {
            let state = result.statePreserved ? "state kept" : "no state moved"
            return "generation \(result.generation) serves, \(state), \(time)\(attempts)"
        }
        let rest = result.generation == 0 ? "nothing serves" : "generation \(result.generation) goes on"
        let code = result.code.map { "\($0): " } ?? ""
        let reason = LogText.oneLine(result.error ?? "no reason was given")
        return "failed: \(code)\(reason); \(rest), \(time)\(attempts)"
    }
}
