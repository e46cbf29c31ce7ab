internal import LinuxSystem
internal import PluginLoading

extension ReloadTransaction {
    /// What is to be done, decided by the host beforehand.
    struct Plan: Sendable {
        var slot: PluginSlot
        var state: StateCell
        var number: UInt64
        var image: any PluginImage
        var services: HostServices
        /// What the new generation asks for waits here until it serves.
        var standing: Standing
        var components: ComponentCatalogue
        var settings: [UInt8]
        var startsAutomatically: Bool
        /// Whether it is paused as soon as it has started: what takes the place of a paused generation that was lost.
        var comesPaused: Bool
        /// The generation that serves now.
        var previous: Generation?
        /// Whether the state of the previous generation moves over.
        var movesState: Bool
        /// Whether it is kept with the previous generation, and the new one begins without it.
        var leavesState = false
        /// Whether the previous generation is left because it may be no good, and is saved as well as it can be.
        var goesBack = false
        /// A state from before that is put back instead, with the version that saved it.
        var stored: (state: SavedState, version: String)?
        /// Whether others switch together with this one, and calls are held until all do.
        var isOneOfSeveral = false
        /// How long to wait for a moment without calls before calls are held; `nil` to hold at once.
        var idleBound: Duration?
        var drainTimeout: Duration
        var lifecycleTimeout: Duration
        var warn: @Sendable (String) -> Void
    }

    /// What came of it.
    struct Outcome: Sendable {
        var generation: Generation
        /// The state in which the previous generation was left.
        var left: SavedState?
        var statePreserved: Bool
    }

    /// How long steps may take, in nanoseconds, worked out before calls are held.
    struct Limits: Sendable {
        /// A function of the plugin's.
        let step: UInt64
        /// The end of all calls in flight.
        let drainItself: UInt64
        let drain: UInt64
        /// A moment without a call.
        let idle: UInt64
        /// A function between calls, or after all of them.
        let visit: UInt64

        init(_ plan: Plan) {
            // What runs elsewhere is given up there first.
            let reaction = max(plan.image.reaction, plan.previous?.image.reaction ?? .zero)
            func limit(_ duration: Duration) -> UInt64 { UInt64((duration + reaction).wholeNanoseconds) }
            step = limit(plan.lifecycleTimeout)
            drainItself = UInt64(plan.drainTimeout.wholeNanoseconds)
            drain = limit(plan.drainTimeout + .seconds(1))
            idle = limit((plan.idleBound ?? .zero) + .seconds(1))
            visit = limit(plan.drainTimeout + plan.lifecycleTimeout)
        }
    }
}
