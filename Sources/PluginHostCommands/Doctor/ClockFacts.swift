/// What is known of the machine's clock.
package struct ClockFacts: Hashable, Sendable {
    /// Nanoseconds since 1970.
    package var now: Int64
    /// When this program was put in place, in nanoseconds since 1970.
    package var programTime: Int64?
    /// The newest thing in the state directory, in nanoseconds since 1970.
    package var stateTime: Int64?
    /// Whether something keeps the clock right; `nil` if that is not known.
    package var isSynchronised: Bool?

    package init(now: Int64, programTime: Int64? = nil, stateTime: Int64? = nil, isSynchronised: Bool? = nil) {
        self.now = now
        self.programTime = programTime
        self.stateTime = stateTime
        self.isSynchronised = isSynchronised
    }
}
