import FoundationEssentials
import LinuxSystem

@testable import PluginHost

extension FuzzReader {
    /// The file of a saved state, as it came and with its lengths and checksum put right.
    static let snapshot = FuzzReader(name: "snapshot", longest: 1024) { bytes throws(Violation) in
        try readSnapshot(bytes)
        // No fuzzer guesses a checksum: what stands behind it is only reached with the right one.
        guard bytes.count >= 32 else { return }
        let content = Array(bytes.dropLast(32))
        try readSnapshot(content + SHA256(of: content).bytes)
    }

    private static func readSnapshot(_ bytes: [UInt8]) throws(Violation) {
        do throws(SnapshotDamage) {
            _ = try SnapshotFile.decode(bytes)
        } catch {
            try hold(error.description.utf8.count <= 4096 + 4 * bytes.count, "the damage takes long to tell")
            return
        }
        let snapshot = try succeed("reading again") { try SnapshotFile.decode(bytes) }
        let written = try succeed("writing") { try SnapshotFile.encode(snapshot) }
        try hold((try? SnapshotFile.decode(written)) == snapshot, "what is written is not what is read")
        for count in [0, 8, 55, bytes.count - 1] {
            try hold((try? SnapshotFile.decode(Array(bytes.prefix(count)))) == nil, "\(count) bytes of it are enough")
        }
        try hold((try? SnapshotFile.decode(bytes + [0])) == nil, "one byte more does not matter")
    }

    /// The journal of a plugin, and all that is asked of one that was taken.
    static let journal = FuzzReader(name: "journal", longest: 2048) { bytes throws(Violation) in
        guard var journal = try? JSONCoding.decode(PluginJournal.self, from: bytes),
            (try? journal.validate()) != nil
        else { return }
        try holdRoundTrip(journal)
        for generation in [nil] + journal.records.map({ Optional($0.generation) }) {
            if let target = try? journal.rollbackTarget(to: generation) {
                try hold(target.generation != journal.live?.generation, "a rollback leads to what serves")
            }
        }
        _ = (journal.committed, journal.neededBuilds, journal.neededSnapshots)
        guard let next = try? journal.begin() else { return }
        try hold(next > journal.records.last?.generation ?? 0, "the next generation is \(next)")
        let record = GenerationRecord(generation: next, version: "1.0.0", build: "b", path: "p", time: .now)
        journal.switched(to: record, oldSnapshot: nil, historyLimit: 10)
        journal.commit(next)
        try succeed("what follows is no journal") { try journal.validate() }
    }
}
