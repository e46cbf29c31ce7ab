/// What became of one plugin's reloads in this run, counted.
struct ReloadFigures: Hashable, Sendable {
    /// How often one step was done, and how long it took in all.
    struct Step: Hashable, Sendable {
        var count: UInt64 = 0
        var seconds = 0.0
    }

    /// How long reloads took that ended well.
    private(set) var durations = DurationTally()
    /// How long they held calls.
    private(set) var holds = DurationTally()
    /// Their steps, by name.
    private(set) var steps: [String: Step] = [:]
    /// How often an earlier generation was put back.
    var rollbacks: UInt64 = 0
    /// How often the process of the plugin has ended by itself.
    var crashes: UInt64 = 0

    /// Counts a reload that ended well.
    mutating func add(_ result: ReloadResult) {
        durations.add(result.durationSeconds)
        holds.add(result.holdSeconds)
        for phase in result.phases {
            steps[phase.name, default: Step()].count += 1
            steps[phase.name, default: Step()].seconds += phase.seconds
        }
    }
}
