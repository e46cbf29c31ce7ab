/// How many calls of a plugin did not end well, by kind, over all generations of this run.
///
/// All but those that were turned away are among the calls that ``PluginStatus/calls`` counts as answered.
public struct CallOutcomes: Hashable, Sendable, Codable {
    /// Those that speak against the plugin: it failed, threw, or its process ended.
    public var failed: UInt64
    /// Those that it refused: an unknown method, a bad input, or a status of its own.
    public var refused: UInt64
    /// Those that did not end by their deadlines.
    public var timedOut: UInt64
    /// Those that never reached it: it did not serve, too many waited, or the deadline passed while they did.
    public var turnedAway: UInt64

    /// Creates the counts.
    public init(failed: UInt64 = 0, refused: UInt64 = 0, timedOut: UInt64 = 0, turnedAway: UInt64 = 0) {
        self.failed = failed
        self.refused = refused
        self.timedOut = timedOut
        self.turnedAway = turnedAway
    }
}
