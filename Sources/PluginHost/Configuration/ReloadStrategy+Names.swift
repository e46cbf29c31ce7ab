extension ReloadStrategy {
    /// The names that the configuration file and the command line know.
    package static let names = ["immediate", "debounced", "manual", "on-idle"]

    /// How long `onIdle` waits at the latest if nothing else is said.
    package static let defaultBound = Duration.seconds(10)

    /// Makes the strategy of that name; the result is `nil` for a name that is none.
    package init?(name: String, window: Duration = .seconds(1), bound: Duration = defaultBound) {
        switch name {
        case "immediate": self = .immediate
        case "debounced": self = .debounced(window)
        case "manual": self = .manual
        case "on-idle": self = .onIdle(window: window, bound: bound)
        default: return nil
        }
    }
}
