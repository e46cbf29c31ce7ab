internal import PluginLoading

extension ReloadTransaction {
    /// What is to be done, decided by the host beforehand.
    struct Plan: Sendable {
        var slot: PluginSlot
        var state: StateCell
        var number: UInt64
        var image: any PluginImage
        var services: HostServices
        var components: ComponentCatalogue
        var settings: [UInt8]
        var startsAutomatically: Bool
        /// The generation that serves now.
        var previous: Generation?
        /// Whether the state of the previous generation moves over.
        var movesState: Bool
        /// Whether it is kept with the previous generation, and the new one begins without it.
        var leavesState = false
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
}
