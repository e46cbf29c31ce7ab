internal import CCrashRecord

/// What a host has left in its record, as far as it makes sense: plugins may have written anywhere.
package struct HostTrace: Hashable, Sendable {
    /// A build of a plugin.
    package struct Build: Hashable, Sendable {
        package var generation: UInt64
        /// Where its code was; empty if that was not known yet.
        package var code: Range<UInt64> = 0..<0
        package var stage: CrashStage
        /// The SHA-256, as hexadecimal digits.
        package var digest: String
    }

    /// A plugin that the host had.
    package struct Plugin: Hashable, Sendable {
        /// Its id; empty for a file that had not said which plugin it is.
        package var id: String
        package var path: String
        /// The last ones, the newest first.
        package var builds: [Build] = []
    }

    /// A stay in a plugin's code.
    package struct Frame: Hashable, Sendable {
        /// Its place among the plugins.
        package var plugin: Int?
        package var generation: UInt64
        package var isCall: Bool
        package var callID: UInt64
        package var name: String
    }

    /// A thread that was in a plugin.
    package struct Thread: Hashable, Sendable {
        package var number: UInt32
        /// The stays in each other, the outermost first.
        package var frames: [Frame]
        /// Whether there were stays inside of these, of which nothing is known.
        package var isDeeper = false
    }

    /// The first sign of the end.
    package struct Cause: Hashable, Sendable {
        /// The signal; 0 for an exit.
        package var signal: Int32
        package var thread: UInt32
        package var address: UInt64 = 0
        package var instruction: UInt64 = 0
    }

    /// Whether the host had begun to end as it should.
    package var isOrderly = false
    package var cause: Cause?
    package var stateDirectory = ""
    package var plugins: [Plugin] = []
    package var threads: [Thread] = []

    package init() {}
}
