/// What a handler made of an event.
enum EventOutcome: Hashable, Sendable {
    /// The next handler gets the event as it is.
    case goesOn
    /// No other handler gets the event.
    case stops
    /// The next handler gets the event with other data.
    case changes([UInt8])
    /// The handler failed; the next one gets the event as it was.
    case fails(String)
    /// The handler was not done by its deadline; the next one gets the event as it was.
    case timesOut(String)

    private static let stop = Array("stop".utf8)
    private static let change = Array("change\n".utf8)

    /// Reads what a handler has answered.
    init(answer: [UInt8]) {
        if answer.isEmpty {
            self = .goesOn
        } else if answer == Self.stop {
            self = .stops
        } else if answer.starts(with: Self.change) {
            self = .changes(Array(answer.dropFirst(Self.change.count)))
        } else {
            self = .fails("it answered \(answer.count) bytes that are neither stop nor change")
        }
    }

    /// Reads why a handler's call has failed.
    init(error: PluginError) {
        self = error.code == .timedOut ? .timesOut(error.message) : .fails(error.message)
    }
}
