/// What people ask of one plugin's life (LM-1).
enum LifecycleCommand: Hashable, Sendable {
    case start
    /// Not gracefully: its state is not saved, and calls in flight are given no time to end.
    case stop(gracefully: Bool)
    case pause
    case resume
    case refresh

    /// The word, for messages.
    var name: String {
        switch self {
        case .start: "started"
        case .stop: "stopped"
        case .pause: "paused"
        case .resume: "resumed"
        case .refresh: "refreshed"
        }
    }

    /// In which states it makes sense.
    func isAllowed(in state: PluginState) -> Bool {
        switch self {
        case .start: [.initialised, .stopped].contains(state)
        case .stop: [.running, .paused].contains(state)
        case .pause, .refresh: state == .running
        case .resume: state == .paused
        }
    }
}
