package import struct FoundationEssentials.Date

/// What is known of a crash of a host, for people, for the next host, and to be kept.
package struct HostCrash: Hashable, Sendable, Codable {
    /// A stay in a plugin's code.
    package struct Stay: Hashable, Sendable, Codable {
        /// The plugin's id; `nil` for a file that had not said which plugin it is.
        package var plugin: String?
        /// The file.
        package var path: String?
        /// The generation; 0 before it had a number.
        package var generation: UInt64
        /// The SHA-256 of the file's content.
        package var build: String?
        /// How far it was trusted.
        package var stage: CrashStage?
        /// The method that was called, as far as its name was written down.
        package var method: String?
        /// The number that the caller gave to the call.
        package var callID: UInt64?
        /// The step of the lifecycle.
        package var step: String?
    }

    /// A thread that was in a plugin.
    package struct Thread: Hashable, Sendable, Codable {
        /// The kernel's number.
        package var number: UInt32
        /// Where it was, the outermost stay first.
        package var stays: [Stay]
    }

    /// When it was noticed.
    package var time: Date
    /// The process that crashed.
    package var pid: Int32
    /// The version of the host.
    package var version: String
    /// How long it had been running.
    package var uptimeSeconds: Double
    /// The name of the signal that ended it, such as `SIGSEGV`.
    package var signal: String?
    /// With what it exited by itself.
    package var exitStatus: Int32?
    /// The thread that the end came from, if that was written down.
    package var crashedThread: UInt32?
    /// The address that could not be used, if that is why.
    package var address: String?
    /// All threads that were in plugins.
    package var threads: [Thread]
    /// The stay that is to blame, if one is.
    package var suspect: Stay?

    /// How it ended, such as `SIGSEGV` or `exit status 1`.
    package var end: String {
        signal ?? exitStatus.map { "exit status \($0)" } ?? "nobody knows how"
    }

    /// What happened, in a sentence.
    package var message: String {
        // It may come from a file that says anything.
        let age = DurationText.format(.milliseconds(Int64(min(max(uptimeSeconds, 0), 1e12) * 1000)))
        let fact = "the host, process \(pid), crashed \(age) after its start: \(end)"
        if let suspect { return "\(fact) in \(suspect.text)" }
        switch threads.count {
        case 0: return "\(fact); no thread was in a plugin"
        case 1: return "\(fact); one thread was in a plugin, and no sign says that it was the cause"
        default: return "\(fact); \(threads.count) threads were in plugins, and which one was the cause is not known"
        }
    }
}

extension HostCrash.Stay {
    /// Where it was, as it completes "in".
    package var text: String {
        let who = plugin ?? path ?? "a plugin"
        let which = generation == 0 ? "" : ", generation \(generation)"
        let trust: String =
            switch stage {
            case .trial where generation > 0: " (being put in place)"
            case .probation: " (on probation)"
            default: ""
            }
        let number = callID.flatMap { $0 == 0 ? nil : " (call \($0))" } ?? ""
        let what =
            method.map { "the method '\($0)'\(number)" } ?? step.map { "the step '\($0)'" } ?? "a thread of its own"
        return "\(who)\(which)\(trust), \(what)"
    }
}
