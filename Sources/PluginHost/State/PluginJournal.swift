package import struct FoundationEssentials.Date

/// What the host remembers of one plugin over restarts (HR-5, HR-8).
package struct PluginJournal: Hashable, Sendable, Codable {
    /// The number that the next generation gets.
    package private(set) var nextGeneration: UInt64
    /// The generations that served, newest last.
    package private(set) var records: [GenerationRecord] = []
    /// The newest generation that passed its probation: the one to boot on when the file is quarantined.
    package private(set) var committedGeneration: UInt64?
    /// The build that is set aside.
    package private(set) var quarantine: PluginStatus.Quarantine?
    /// The snapshot to start from after a restart.
    package private(set) var latestSnapshot: String?
    /// The file that the plugin was last loaded from.
    package var lastPath: String?
    /// Where a command has said that it is to run.
    package var isolation: String?
    /// What commands have said of its settings, by their paths.
    package var settings: [String: JSONValue]?
    /// How often it has crashed a host, and the last times; `nil` in journals from before that was written down.
    package private(set) var crashes: CrashHistory?

    /// Creates the journal of a plugin that is new, or whose journal was lost after the given generation.
    package init(after generation: UInt64 = 0) {
        nextGeneration = min(generation, Self.lastGeneration) + 1
    }

    /// Far beyond what a machine can load, and far from where adding would overflow.
    package static let lastGeneration = UInt64(Int64.max) - 1

    // MARK: Looking up

    /// The generation that serves, or that served when the host ended.
    package var live: GenerationRecord? { records.last(where: \.live) }

    /// The newest generation that passed its probation.
    package var committed: GenerationRecord? { committedGeneration.flatMap(record) }

    /// The newest generation before the one that serves whose build is another one.
    ///
    /// One that is not trusted any more since it has crashed a host is the last choice.
    package var lastOfOtherBuild: GenerationRecord? {
        guard let live else { return nil }
        let others = records.filter { $0.generation < live.generation && $0.build != live.build }
        return others.last { $0.committed || crashes?.includes($0.build) != true } ?? others.last
    }

    /// What is known of a generation, if it is not forgotten yet.
    package func record(_ generation: UInt64) -> GenerationRecord? {
        records.last { $0.generation == generation }
    }

    /// The snapshots that must not be cleaned away.
    package var neededSnapshots: Set<String> {
        Set(records.compactMap(\.snapshot) + [latestSnapshot].compactMap(\.self))
    }

    /// The builds that must not be cleaned away.
    package var neededBuilds: Set<String> { Set(records.map(\.build)) }

    /// The generation to go back to: the named one, or the one that served before.
    ///
    /// Each rollback without a number goes one further back: what a rollback put there counts as the generation that it
    /// put back. A generation that was itself rolled back from is passed over that way too.
    package func rollbackTarget(to generation: UInt64? = nil) throws(PluginError) -> GenerationRecord {
        guard let live else {
            throw PluginError(code: .notFound, message: "nothing serves, so there is nothing to roll back from\(known)")
        }
        if let generation {
            guard generation != live.generation else {
                let message = "generation \(generation) serves already\(known)"
                throw PluginError(code: .illegalTransition, message: message)
            }
            guard let record = record(generation) else {
                throw PluginError(code: .notFound, message: "the history has no generation \(generation)\(known)")
            }
            return record
        }
        var bound = live.generation
        var next: GenerationRecord? = live
        // Ends: a rollback's number is higher than that of what it put back (validate).
        while let original = next?.rollbackOf {
            bound = original
            next = record(original)
        }
        guard let target = records.last(where: { $0.generation < bound }) else {
            let fact =
                bound == live.generation
                ? "nothing is kept of before generation \(live.generation)\(known)"
                : "generation \(live.generation) is generation \(bound) again, and nothing is kept of before that\(known); "
                    + "name one to go to"
            throw PluginError(code: .notFound, message: fact)
        }
        return target
    }

    private var known: String {
        let others = records.filter { !$0.live }.map { "\($0.generation) (version \($0.version))" }
        return others.isEmpty
            ? "; no other generation is kept" : "; the history has \(others.joined(separator: ", "))"
    }

    // MARK: Writing down

    /// Takes the number of a new generation.
    package mutating func begin() throws(PluginError) -> UInt64 {
        guard nextGeneration <= Self.lastGeneration else {
            throw PluginError(code: .storage, message: "there is no generation after \(Self.lastGeneration)")
        }
        defer { nextGeneration += 1 }
        return nextGeneration
    }

    /// Writes down that another generation serves, and in which snapshot the one before was left.
    ///
    /// After a rollback the state to start from is the one that was put back, not the one that was left. A host that begins
    /// with the build that served last goes on from where that was, though it had been rolled back to.
    package mutating func switched(
        to record: GenerationRecord,
        oldSnapshot: String?,
        historyLimit: Int,
        isFirst: Bool = false
    ) {
        let goesOn = isFirst && live?.build == record.build
        for index in records.indices where records[index].live {
            records[index].live = false
            records[index].snapshot = oldSnapshot
        }
        if let original = record.rollbackOf, !goesOn {
            latestSnapshot = self.record(original)?.snapshot
        } else {
            latestSnapshot = oldSnapshot
        }
        var record = record
        record.time = TimestampText.rounded(record.time)
        records.append(record)
        forget(beyond: historyLimit)
    }

    /// Writes down, later than at the switch, in which snapshot a generation was left.
    package mutating func left(_ generation: UInt64, in snapshot: String) {
        guard let index = records.lastIndex(where: { $0.generation == generation && !$0.live }) else { return }
        // What was saved since then is newer.
        if latestSnapshot == records[index].snapshot { latestSnapshot = snapshot }
        records[index].snapshot = snapshot
    }

    /// Writes down that the state of the generation that serves was saved.
    package mutating func saved(snapshot: String) {
        latestSnapshot = snapshot
    }

    /// Writes down that a generation has passed its probation.
    package mutating func commit(_ generation: UInt64) {
        guard let index = records.lastIndex(where: { $0.generation == generation }) else { return }
        records[index].committed = true
        committedGeneration = generation
    }

    /// Sets a build aside (HR-5).
    package mutating func setAside(_ build: PluginStatus.Quarantine) {
        quarantine = build
        quarantine?.time = TimestampText.rounded(build.time)
    }

    /// Lifts the quarantine.
    package mutating func liftQuarantine() {
        quarantine = nil
    }

    /// Writes down that a build has crashed a host.
    package mutating func crashed(_ build: String, at time: Date) {
        var history = crashes ?? CrashHistory()
        history.add(build, at: TimestampText.rounded(time))
        crashes = history
    }

    /// Takes it back that the generations of a build are good: one that was committed crashes all the same.
    package mutating func distrust(_ build: String) {
        for index in records.indices where records[index].build == build { records[index].committed = false }
        committedGeneration = records.last(where: \.committed)?.generation
    }

    /// Forgets the oldest generations; the one that serves and the committed one stay.
    private mutating func forget(beyond limit: Int) {
        var surplus = records.count - max(1, limit)
        records.removeAll { record in
            guard surplus > 0, !record.live, record.generation != committedGeneration else { return false }
            surplus -= 1
            return true
        }
    }

    // MARK: Reading

    /// Refuses what no host would have written, so that nothing below has to mind it.
    package func validate() throws(PluginError) {
        var reason: String?
        if nextGeneration == 0 || nextGeneration > Self.lastGeneration + 1 {
            reason = "the next generation would be \(nextGeneration)"
        } else if zip(records, records.dropFirst()).contains(where: { $0.generation >= $1.generation }) {
            reason = "its generations are not in order"
        } else if let last = records.last, last.generation >= nextGeneration {
            reason = "generation \(last.generation) is newer than the newest"
        } else if records.contains(where: { $0.generation == 0 || ($0.rollbackOf ?? 0) >= $0.generation }) {
            reason = "a generation goes back to a newer one"
        } else if records.count(where: \.live) > 1 {
            reason = "more than one generation serves"
        }
        if let reason { throw PluginError(code: .storage, message: reason) }
    }
}
