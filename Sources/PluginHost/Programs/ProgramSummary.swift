/// The managed programs of a host, counted (PM-4).
public struct ProgramSummary: Hashable, Sendable, Codable {
    /// All of them.
    public var total: Int
    /// Those that run.
    public var running: Int
    /// The ids of those that run.
    public var runningIDs: [String]
    /// How many are in each state, by its name; states that none is in are left out.
    public var states: [String: Int]
    /// Whether the host looks after them: from its start to its stop.
    public var isMonitoring: Bool

    /// Counts programs.
    init(_ programs: [ProgramStatus], isMonitoring: Bool) {
        total = programs.count
        runningIDs = programs.filter { $0.state == .running }.map(\.id).sorted()
        running = runningIDs.count
        states = programs.reduce(into: [:]) { $0[$1.state.rawValue, default: 0] += 1 }
        self.isMonitoring = isMonitoring
    }
}
