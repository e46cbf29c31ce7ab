import FoundationEssentials
import PluginHost
import Testing

/// HR-5 and HR-8: what is remembered of a plugin over restarts.
@Suite("A plugin's journal")
struct PluginJournalTests {
    private let time = Date(timeIntervalSince1970: 1_795_000_000)

    /// Begins and switches to a generation; with a number, to one that puts that generation back.
    @discardableResult
    private func serve(
        _ journal: inout PluginJournal,
        rollbackOf original: UInt64? = nil,
        left snapshot: String? = nil,
        limit: Int = 10
    ) throws -> UInt64 {
        let generation = try journal.begin()
        let build = original.flatMap { journal.record($0)?.build } ?? "build-\(generation)"
        var record = GenerationRecord(
            generation: generation,
            version: "1.0.\(generation)",
            build: build,
            path: "/plugins/counter.so",
            time: time
        )
        record.rollbackOf = original
        journal.switched(to: record, oldSnapshot: snapshot, historyLimit: limit)
        return generation
    }

    private func rollBack(_ journal: inout PluginJournal, left snapshot: String? = nil) throws -> UInt64 {
        let target = try journal.rollbackTarget()
        return try serve(&journal, rollbackOf: target.generation, left: snapshot)
    }

    @Test("goes on, in a new run, from the last snapshot of a generation that was rolled back to (HR-6, HR-8)")
    func firstAfterRollback() throws {
        var journal = PluginJournal()
        _ = try serve(&journal)
        _ = try serve(&journal, left: "of-1")
        _ = try rollBack(&journal, left: "of-2")
        #expect(journal.latestSnapshot == "of-1")
        journal.saved(snapshot: "later")
        var record = try #require(journal.live)
        record.generation = try journal.begin()
        var other = journal
        journal.switched(to: record, oldSnapshot: "later", historyLimit: 10, isFirst: true)
        #expect(journal.latestSnapshot == "later")
        // A rollback in the same run does not.
        other.switched(to: record, oldSnapshot: "later", historyLimit: 10)
        #expect(other.latestSnapshot == "of-1")
    }

    @Test("numbers generations from 1 on, each once")
    func numbers() throws {
        var journal = PluginJournal()
        #expect(try [journal.begin(), journal.begin(), journal.begin()] == [1, 2, 3])
        var later = PluginJournal(after: 41)
        #expect(try later.begin() == 42)
        var last = PluginJournal(after: .max)
        #expect(throws: PluginError.self) { try last.begin() }
    }

    @Test("knows what serves, and in which snapshot the one before was left")
    func switches() throws {
        var journal = PluginJournal()
        #expect(journal.live == nil)
        try serve(&journal)
        try serve(&journal, left: "a.snapshot")
        #expect(journal.live?.generation == 2)
        #expect(journal.record(1)?.snapshot == "a.snapshot")
        #expect(journal.record(1)?.live == false)
        #expect(journal.latestSnapshot == "a.snapshot")
        journal.saved(snapshot: "b.snapshot")
        #expect(journal.neededSnapshots == ["a.snapshot", "b.snapshot"])
        #expect(journal.neededBuilds == ["build-1", "build-2"])
    }

    @Test("goes back to the generation before, and one further with each rollback")
    func goesBack() throws {
        var journal = PluginJournal()
        for _ in 1...3 { try serve(&journal) }
        #expect(try journal.rollbackTarget().generation == 2)
        #expect(try rollBack(&journal) == 4)
        #expect(try journal.rollbackTarget().generation == 1)
        #expect(try rollBack(&journal) == 5)
        let error = #expect(throws: PluginError.self) { try journal.rollbackTarget() }
        #expect(error?.code == .notFound)
        // The list shows generations of before 5, none of which served before what it is again.
        #expect(
            error?.message
                == "generation 5 is generation 1 again, and nothing is kept of before that; the history has "
                + "1 (version 1.0.1), 2 (version 1.0.2), 3 (version 1.0.3), 4 (version 1.0.4); name one to go to"
        )
    }

    @Test("does not go back to a generation that was rolled back from")
    func passesOver() throws {
        var journal = PluginJournal()
        try serve(&journal)
        try serve(&journal, left: "of-1.snapshot")
        #expect(try rollBack(&journal, left: "of-2.snapshot") == 3)
        try serve(&journal, left: "of-3.snapshot")
        // Generation 2 was bad; what served before 4 was the build of 1 with the state of 3.
        let target = try journal.rollbackTarget()
        #expect(target.generation == 3)
        #expect(target.build == "build-1")
        #expect(target.snapshot == "of-3.snapshot")
        try serve(&journal, rollbackOf: 3)
        #expect(throws: PluginError.self) { try journal.rollbackTarget() }
    }

    @Test("starts from the state that a rollback put back")
    func putsStateBack() throws {
        var journal = PluginJournal()
        try serve(&journal)
        try serve(&journal, left: "of-1.snapshot")
        _ = try rollBack(&journal, left: "of-2.snapshot")
        #expect(journal.latestSnapshot == "of-1.snapshot")
        #expect(journal.record(2)?.snapshot == "of-2.snapshot")
    }

    @Test("goes to a named generation, and says which there are if there is none")
    func goesToNamed() throws {
        var journal = PluginJournal()
        #expect(throws: PluginError.self) { try journal.rollbackTarget(to: 1) }
        for _ in 1...3 { try serve(&journal) }
        #expect(try journal.rollbackTarget(to: 1).generation == 1)
        #expect(throws: PluginError.self) { try journal.rollbackTarget(to: 3) }
        let error = #expect(throws: PluginError.self) { try journal.rollbackTarget(to: 9) }
        #expect(
            error?.message
                == "the history has no generation 9; the history has 1 (version 1.0.1), 2 (version 1.0.2)"
        )
    }

    @Test("forgets the oldest, but neither what serves nor what is committed")
    func forgets() throws {
        var journal = PluginJournal()
        try serve(&journal, limit: 3)
        journal.commit(1)
        for _ in 2...9 { try serve(&journal, limit: 3) }
        #expect(journal.records.map(\.generation) == [1, 8, 9])
        #expect(journal.committed?.generation == 1)
        journal.commit(9)
        journal.commit(77)
        #expect(journal.committedGeneration == 9)
        try serve(&journal, limit: 1)
        try serve(&journal, limit: 1)
        #expect(journal.records.map(\.generation) == [9, 11])
        #expect(throws: Never.self) { try journal.validate() }
    }

    @Test("remembers the quarantine until it is lifted")
    func quarantines() {
        var journal = PluginJournal()
        let aside = PluginStatus.Quarantine(reason: "it crashed", build: "abc", time: time, code: "crashed")
        journal.setAside(aside)
        #expect(journal.quarantine == aside)
        journal.liftQuarantine()
        #expect(journal.quarantine == nil)
    }

    @Test("knows by the code of the failure, not by its text, that the machine was at fault")
    func faults() {
        for (code, isOfHost) in [("storage", true), ("exhausted", true), ("crashed", false), (nil, false)] {
            let aside = PluginStatus.Quarantine(reason: "storage: no", build: "abc", time: time, code: code)
            #expect(aside.isOfHost == isOfHost, "\(code ?? "none")")
        }
    }
}
