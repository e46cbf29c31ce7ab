import FoundationEssentials
import Glibc
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// HR-6: the current snapshot and a history; damaged ones are set aside and the one before is used.
@Suite("A store of snapshots")
struct SnapshotStoreTests {
    private func snapshot(_ number: UInt8, generation: UInt64 = 1) -> Snapshot {
        var snapshot = Snapshot(
            plugin: "counter",
            time: Date(),
            pluginVersion: "1.0.0",
            schemaVersion: 1,
            bytes: [number]
        )
        snapshot.generation = generation
        return snapshot
    }

    @Test("gives back what was saved, the newest first")
    func saves() throws {
        let directory = try TemporaryDirectory()
        let store = SnapshotStore(directory: directory.path, plugin: "counter")
        #expect(try store.latest().name == nil)
        #expect(try store.save(snapshot(1)) == "00000001-g1.snapshot")
        #expect(try store.save(snapshot(2, generation: 3)) == "00000002-g3.snapshot")
        #expect(try store.latest().snapshot?.bytes == [2])
        #expect(try store.latest().name == "00000002-g3.snapshot")
        #expect(try store.load("00000001-g1.snapshot").bytes == [1])
        #expect(try store.highestGeneration() == 3)
        let again = SnapshotStore(directory: directory.path, plugin: "counter")
        #expect(try again.save(snapshot(3)) == "00000003-g1.snapshot")
    }

    enum Damage: CaseIterable {
        case empty
        case cut
        case turned
        case foreign
        case directory
        case link
    }

    @Test("sets a damaged snapshot aside and uses the one before", arguments: Damage.allCases)
    func setsAside(damage: Damage) throws {
        let directory = try TemporaryDirectory()
        let store = SnapshotStore(directory: directory.path, plugin: "counter")
        _ = try store.save(snapshot(1))
        let name = try store.save(snapshot(2))
        let path = "\(directory.path)/\(name)"
        var bytes = directory.contents(name) ?? []
        switch damage {
        case .empty: try AtomicFile.replace(path, with: [])
        case .cut: try AtomicFile.replace(path, with: Array(bytes.dropLast(5)))
        case .turned:
            bytes[bytes.count / 2] ^= 4
            try AtomicFile.replace(path, with: bytes)
        case .foreign:
            var foreign = snapshot(2)
            foreign.plugin = "other"
            try AtomicFile.replace(path, with: SnapshotFile.encode(foreign))
        case .directory:
            unlink(path)
            try Directory.make(path)
        case .link:
            unlink(path)
            symlink("00000001-g1.snapshot", path)
        }
        let latest = try store.latest()
        #expect(latest.snapshot?.bytes == [1])
        #expect(latest.setAside.map(\.name) == [name])
        #expect(try Directory.names(directory.path).contains("\(name).damaged"))
        #expect(try store.latest().setAside.isEmpty)
        // The number of the damaged one is not given out again.
        #expect(try store.save(snapshot(3)) == "00000003-g1.snapshot")
    }

    @Test("reports a damaged snapshot that is asked for by name")
    func reportsDamage() throws {
        let directory = try TemporaryDirectory()
        let store = SnapshotStore(directory: directory.path, plugin: "counter")
        let name = try store.save(snapshot(1))
        try AtomicFile.replace("\(directory.path)/\(name)", with: Array("garbage".utf8))
        let error = #expect(throws: PluginError.self) { try store.load(name) }
        #expect(error?.code == .storage)
        #expect(error?.message.contains("the file is no snapshot; it was set aside as \(name).damaged") == true)
    }

    @Test(
        "refuses names that are none of its own",
        arguments: [
            "", "..", "../journal.json", "/etc/passwd", "00000001-g1.snapshot/..", "1-g1.snapshot", "-g1.snapshot",
            "00000001-g1.snapshot.damaged", "+0000001-g1.snapshot", "00000001-g01.snapshot",
            "99999999999999999999-g1.snapshot", "00000001-g1-g1.snapshot", "00000009-g1.snapshot",
        ]
    )
    func refusesNames(name: String) throws {
        let directory = try TemporaryDirectory()
        let store = SnapshotStore(directory: directory.path, plugin: "counter")
        let error = #expect(throws: PluginError.self) { try store.load(name) }
        #expect(error?.code == .notFound)
    }

    @Test("refuses the state of another plugin")
    func refusesForeign() throws {
        let directory = try TemporaryDirectory()
        let store = SnapshotStore(directory: directory.path, plugin: "other")
        #expect(throws: PluginError.self) { try store.save(snapshot(1)) }
    }

    @Test("keeps the newest and those that the history needs")
    func prunes() throws {
        let directory = try TemporaryDirectory()
        let store = SnapshotStore(directory: directory.path, plugin: "counter", limit: 3)
        let names = try (1...8).map { try store.save(snapshot($0)) }
        let removed = try store.prune(protecting: [names[1], "unknown"])
        #expect(Set(removed) == [names[0], names[2], names[3], names[4]])
        #expect(try store.names().map(\.description) == [names[1], names[5], names[6], names[7]])
        for name in names[1...] {
            rename("\(directory.path)/\(name)", "\(directory.path)/\(name).damaged")
        }
        try store.prune(protecting: [])
        #expect(try Directory.names(directory.path).sorted() == names[5...].map { "\($0).damaged" })
    }

    @Test("goes on after a number of nine digits, and refuses to go beyond the last")
    func countsOn() throws {
        let directory = try TemporaryDirectory()
        let bytes = try SnapshotFile.encode(snapshot(9))
        try AtomicFile.replace("\(directory.path)/99999999-g1.snapshot", with: bytes)
        let store = SnapshotStore(directory: directory.path, plugin: "counter")
        #expect(try store.save(snapshot(10)) == "100000000-g1.snapshot")
        #expect(try store.latest().snapshot?.bytes == [10])
        try AtomicFile.replace("\(directory.path)/\(SnapshotName.limit)-g1.snapshot", with: bytes)
        #expect(throws: PluginError.self) { try store.save(snapshot(11)) }
    }

    @Test("says what failed, and what helps, when the disk is full", arguments: [ENOSPC, EIO, EROFS, EDQUOT])
    func reportsFailure(code: CInt) throws {
        let directory = try TemporaryDirectory()
        var calls = FileCalls.live
        calls.write = { (_, _, _) throws(SystemCallError) in throw SystemCallError(call: "write", code: code) }
        let store = SnapshotStore(directory: directory.path, plugin: "counter", calls: calls)
        let error = #expect(throws: PluginError.self) { try store.save(snapshot(1)) }
        #expect(error?.code == .storage)
        #expect(
            error?.message.hasPrefix("can't save the snapshot \(directory.path)/00000001-g1.snapshot: write: ") == true
        )
        #expect(error?.message.contains(";") == true)
        #expect(try Directory.names(directory.path).isEmpty)
    }

    @Test("does not take an older state when it has no right to the newest", arguments: [EACCES, EMFILE])
    func keepsUnreadable(code: CInt) throws {
        let directory = try TemporaryDirectory()
        _ = try SnapshotStore(directory: directory.path, plugin: "counter").save(snapshot(1))
        var calls = FileCalls.live
        calls.open = { (_, _, _) throws(SystemCallError) in throw SystemCallError(call: "open", code: code) }
        let store = SnapshotStore(directory: directory.path, plugin: "counter", calls: calls)
        #expect(throws: PluginError.self) { try store.latest() }
        #expect(try store.names().count == 1)
    }

    @Test("passes over what the disk can't give back")
    func passesOver() throws {
        let directory = try TemporaryDirectory()
        _ = try SnapshotStore(directory: directory.path, plugin: "counter").save(snapshot(1))
        var calls = FileCalls.live
        calls.open = { (_, _, _) throws(SystemCallError) in throw SystemCallError(call: "open", code: EIO) }
        calls.rename = { (_, _) throws(SystemCallError) in throw SystemCallError(call: "rename", code: EROFS) }
        let latest = try SnapshotStore(directory: directory.path, plugin: "counter", calls: calls).latest()
        #expect(latest.snapshot == nil)
        #expect(latest.setAside.first?.reason.contains("could not be set aside: rename") == true)
    }
}
