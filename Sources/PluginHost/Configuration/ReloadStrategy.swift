/// When a changed file is reloaded (HR-1).
public enum ReloadStrategy: Hashable, Sendable {
    /// On the first complete change.
    case immediate
    /// When the file has been quiet for the window.
    case debounced(Duration)
    /// On command only; changes are noticed and reported.
    case manual
    /// At the first moment with no call in flight after the file has been quiet for the window, and at the latest when
    /// the bound has passed.
    case onIdle(window: Duration, bound: Duration)

    /// How long a file has to be quiet before it is looked at.
    package var window: Duration {
        switch self {
        case .immediate: .zero
        case .debounced(let window), .onIdle(let window, _): window
        case .manual: .seconds(1)
        }
    }

    /// How long a reload waits for a moment without calls before it holds them.
    var idleBound: Duration? {
        guard case .onIdle(_, let bound) = self else { return nil }
        return bound
    }

    /// The name in the configuration file, on the command line and in `status`.
    public var name: String {
        switch self {
        case .immediate: "immediate"
        case .debounced: "debounced"
        case .manual: "manual"
        case .onIdle: "on-idle"
        }
    }
}
