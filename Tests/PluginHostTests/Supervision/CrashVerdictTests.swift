import FoundationEssentials
import Testing

@testable import PluginHost

@Suite("The verdict on a build that has crashed the host")
struct CrashVerdictTests {
    private let time = Date(timeIntervalSince1970: 1_800_000_000)

    private func stay(_ stage: CrashStage?) -> HostCrash.Stay {
        HostCrash.Stay(plugin: "a", generation: 2, build: "b", stage: stage)
    }

    private func history(_ crashes: [(build: String, ago: Double)]) -> CrashHistory {
        var history = CrashHistory()
        for crash in crashes { history.add(crash.build, at: time.addingTimeInterval(-crash.ago)) }
        return history
    }

    private func verdict(
        _ stay: HostCrash.Stay,
        _ history: CrashHistory,
        limit: Int = 3,
        rollsBack: Bool = true
    ) -> CrashVerdict {
        CrashVerdict(stay, history, time: time, isolationLimit: limit, rollsBack: rollsBack)
    }

    @Test("sets aside at once what was on trial or on probation", arguments: [CrashStage.trial, .probation])
    func atOnce(stage: CrashStage) {
        #expect(verdict(stay(stage), history([("b", 0)])).isSetAside)
    }

    @Test("gives a build on probation a second chance where nothing is rolled back by itself")
    func withoutRollback() {
        #expect(!verdict(stay(.probation), history([("b", 0)]), rollsBack: false).isSetAside)
        #expect(verdict(stay(.probation), history([("b", 10), ("b", 0)]), rollsBack: false).isSetAside)
        #expect(verdict(stay(.trial), history([("b", 0)]), rollsBack: false).isSetAside)
    }

    @Test("gives a committed build a second chance, and no third within an hour")
    func twice() {
        #expect(!verdict(stay(.committed), history([("b", 0)])).isSetAside)
        #expect(!verdict(stay(.committed), history([("c", 10), ("b", 0)])).isSetAside)
        #expect(!verdict(stay(.committed), history([("b", 3601), ("b", 0)])).isSetAside)
        #expect(verdict(stay(.committed), history([("b", 3599), ("b", 0)])).isSetAside)
    }

    @Test("tells when a plugin belongs into a process of its own, whatever its builds")
    func isolation() {
        var crashes: [(build: String, ago: Double)] = [("x", 100_000), ("y", 50_000)]
        #expect(!verdict(stay(.committed), history(crashes)).belongsInProcess)
        crashes.append(("b", 0))
        let third = verdict(stay(.committed), history(crashes))
        #expect(third.belongsInProcess && third.count == 3)
        #expect(!verdict(stay(.committed), history(crashes), limit: 4).belongsInProcess)
        #expect(!verdict(stay(.committed), history(crashes), limit: 0).belongsInProcess)
    }

    @Test("remembers how many there were, and the last of them")
    func bounded() {
        let history = history((0..<100).map { ("b\($0)", 0) })
        #expect(history.count == 100 && history.latest.count == 16 && history.latest.last?.build == "b99")
    }

    private func journal(_ builds: [String]) throws -> PluginJournal {
        var journal = PluginJournal()
        for (number, build) in zip(1..., builds) {
            _ = try journal.begin()
            let record = GenerationRecord(
                generation: UInt64(number),
                version: "1",
                build: build,
                path: "/a",
                time: time
            )
            journal.switched(to: record, oldSnapshot: nil, historyLimit: 10)
        }
        return journal
    }

    @Test("has what goes back by itself pass over the build, unless there is no other (HR-5)")
    func isPassedOver() throws {
        for (builds, other) in [(["one", "two", "three"], "one"), (["two", "three"], "two")] {
            var journal = try journal(builds)
            #expect(journal.lastOfOtherBuild?.build == "two")
            journal.crashed("two", at: time)
            journal.distrust("two")
            #expect(journal.lastOfOtherBuild?.build == other)
        }
        // One that was good all the same, as far as is known, had another chance.
        var journal = try journal(["one", "two", "three"])
        journal.commit(2)
        journal.crashed("two", at: time)
        #expect(journal.lastOfOtherBuild?.build == "two")
    }

    @Test("takes back that the build was committed, and leaves the one before it")
    func distrusts() throws {
        var journal = try journal(["one", "two", "two"])
        for number: UInt64 in 1...3 { journal.commit(number) }
        journal.crashed("two", at: time)
        journal.distrust("two")
        #expect(journal.committed?.build == "one")
        #expect(journal.crashes?.count == 1)
        journal.distrust("one")
        #expect(journal.committed == nil)
        let bytes = try JSONCoding.encode(journal)
        #expect(try JSONCoding.decode(PluginJournal.self, from: bytes) == journal)
    }
}
