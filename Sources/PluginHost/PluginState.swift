/// Where a plugin is in its life (PL-3).
public enum PluginState: Hashable, Sendable {
    /// No image serves it.
    case unloaded
    /// Its image is being checked and loaded.
    case loading
    /// Its instance exists.
    case loaded
    /// Its settings are applied.
    case initialised
    /// It serves calls.
    case running
    /// Its own work is held.
    case paused
    /// Its state moves to another generation; calls are held.
    case reloading
    /// It is ending its work.
    case stopping
    /// It has ended its work.
    case stopped
    /// Its instance is being given back.
    case unloading
    /// It failed, for the reason given.
    case error(String)

    /// The name in events and in `status`; the reason of an error stands beside it, not in it.
    public var name: String {
        switch self {
        case .unloaded: "unloaded"
        case .loading: "loading"
        case .loaded: "loaded"
        case .initialised: "initialised"
        case .running: "running"
        case .paused: "paused"
        case .reloading: "reloading"
        case .stopping: "stopping"
        case .stopped: "stopped"
        case .unloading: "unloading"
        case .error: "error"
        }
    }

    /// The names of all states.
    package static let names = [
        unloaded, loading, loaded, initialised, running, paused, reloading, stopping, stopped, unloading, error(""),
    ].map(\.name)

    /// Whether a plugin may go from this state to another; from anywhere it may fail.
    public func allows(_ next: PluginState) -> Bool {
        switch (self, next) {
        case (_, .error): true
        case (.unloaded, .loading), (.loading, .loaded), (.loading, .unloaded): true
        case (.loaded, .initialised), (.loaded, .unloading): true
        case (.initialised, .running), (.initialised, .unloading): true
        case (.running, .paused), (.running, .reloading), (.running, .stopping): true
        case (.paused, .running), (.paused, .stopping): true
        // What was lost on its way can be stopped and ended.
        case (.reloading, .running), (.reloading, .stopping): true
        case (.stopping, .stopped): true
        case (.stopped, .running), (.stopped, .unloading), (.stopped, .loading): true
        case (.unloading, .unloaded): true
        case (.error, .loading), (.error, .running), (.error, .stopping), (.error, .unloading), (.error, .unloaded):
            true
        default: false
        }
    }
}
