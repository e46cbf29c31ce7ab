internal import PluginHost

/// One plugin as the list shows it.
struct TopRow: Hashable, Sendable {
    var id: String
    var state: String
    var isolation: String
    var generation: UInt64
    var isOnProbation: Bool
    /// Calls a second.
    var rate: Double?
    /// Of a call, in seconds.
    var median: Double?
    var p99: Double?
    var errors: UInt64
    /// Bytes of its own process.
    var memory: Int?
    var restarts: Int
    /// What happened last, in one line.
    var event: String
    /// What is wrong with it.
    var trouble: String?

    init(_ plugin: PluginStatus, rate: Double?, event: PluginEvent?) {
        id = StatusText.oneLine(plugin.id)
        state = plugin.state
        isolation = plugin.isolation
        generation = plugin.generation
        isOnProbation = plugin.onProbation
        self.rate = rate
        let latency = LatencyFigures(plugin)
        median = latency?.median
        p99 = latency?.p99
        errors = plugin.failedCalls
        memory = plugin.memoryBytes
        restarts = plugin.restarts
        self.event = event.map { "\(TopRow.clock($0)) \(EventText.message(of: $0))" } ?? ""
        let problem = plugin.quarantine.map { "quarantined: \($0.reason)" } ?? plugin.lastError
        trouble = problem.map { StatusText.oneLine($0).replacing("\(plugin.path): ", with: "") }
    }

    /// Whether somebody has to look at it.
    var isInTrouble: Bool { state == "error" || generation == 0 }

    /// Whether it contains a text, wherever.
    func matches(_ filter: String) -> Bool {
        filter.isEmpty || "\(id) \(state) \(isolation)".lowercased().contains(filter.lowercased())
    }

    private static func clock(_ event: PluginEvent) -> Substring {
        TimestampText.format(event.time).dropFirst(11).prefix(8)
    }
}
