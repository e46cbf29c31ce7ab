/// How one side of a lane waits for the other before it sleeps.
enum Wakefulness: Hashable {
    /// Awake for as long as has turned out to be worth it.
    case usual
    /// The same, and gives the processor away in between.
    case givingWay
    /// Awake for long, giving the processor away in between: there is more to come at once, and nobody is to wait for a
    /// wake-up each time.
    case ready

    /// How long ``ready`` is, in nanoseconds.
    static let readiness: UInt32 = 300_000

    /// How the server of a lane waits after a request, and how the host waits for its answer.
    init(flags: UInt32) {
        if flags & ChannelLayout.staysReady != 0 {
            self = .ready
        } else {
            self = flags & ChannelLayout.givesWay != 0 ? .givingWay : .usual
        }
    }

    /// What the host tells the server of a lane.
    var flags: UInt32 {
        switch self {
        case .usual: 0
        case .givingWay: ChannelLayout.givesWay
        case .ready: ChannelLayout.staysReady
        }
    }
}
