import FoundationEssentials
import Glibc
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("A state directory")
struct StateDirectoryTests {
    private func journal(generations: Int) throws -> PluginJournal {
        var journal = PluginJournal()
        for number in 0..<generations {
            let generation = try journal.begin()
            let record = GenerationRecord(
                generation: generation,
                version: "1.0.0",
                build: SHA256(of: [UInt8(number)]).description,
                path: "/plugins/counter.so",
                time: Date(timeIntervalSince1970: 1_795_000_000.5)
            )
            journal.switched(to: record, oldSnapshot: nil, historyLimit: 10)
        }
        journal.setAside(PluginStatus.Quarantine(reason: "Gründe", build: "abc", time: Date(), code: "storage"))
        journal.lastPath = "/plugins/counter.so"
        return journal
    }

    private func snapshot(generation: UInt64) -> Snapshot {
        var snapshot = Snapshot(
            plugin: "counter",
            time: Date(),
            pluginVersion: "1.0.0",
            schemaVersion: 1,
            bytes: [1]
        )
        snapshot.generation = generation
        return snapshot
    }

    @Test("is made for its user alone")
    func makes() throws {
        let root = try TemporaryDirectory()
        let state = try StateDirectory(path: "\(root.path)/a/state")
        for path in [state.path, state.imagesPath, "\(state.path)/plugins"] {
            #expect(try FileStatus.of(path)?.permissions == 0o700)
        }
        #expect(try state.knownPlugins() == [])
    }

    @Test("is on the disk with all directories that are made in it (HR-6)")
    func lasts() throws {
        let root = try TemporaryDirectory()
        let waits = Mutex<Set<String>>([])
        let calls = FileCalls.telling { path in waits.withLock { _ = $0.insert(path) } }
        let state = try StateDirectory(path: "\(root.path)/state", calls: calls)
        #expect(waits.withLock { $0 } == [root.path, state.path])
        let store = try state.plugin("counter")
        _ = try store.snapshots.save(snapshot(generation: 1))
        try store.builds.store([1], build: SHA256(of: [1]))
        for path in ["\(state.path)/plugins", "\(state.path)/plugins/counter"] {
            #expect(waits.withLock { $0.contains(path) }, "\(path)")
        }
    }

    @Test("can't be where a file is, and the reason is not sought elsewhere", arguments: ["file", "file/state"])
    func notInAFile(name: String) throws {
        let root = try TemporaryDirectory()
        #expect(FileManager.default.createFile(atPath: "\(root.path)/file", contents: nil))
        let error = #expect(throws: PluginError.self) { try StateDirectory(path: "\(root.path)/\(name)") }
        #expect(
            error?.message.contains("choose another state directory (stateDirectory)") == true,
            "\(error?.message ?? "")"
        )
    }

    @Test("has nothing of a plugin before something is written")
    func makesPlugins() throws {
        let root = try TemporaryDirectory()
        let state = try StateDirectory(path: "\(root.path)/state")
        let store = try state.plugin("counter")
        #expect(try store.loadJournal().journal == PluginJournal())
        #expect(try store.snapshots.latest().snapshot == nil)
        try store.prune(keeping: PluginJournal())
        #expect(try state.knownPlugins() == [])

        _ = try store.snapshots.save(snapshot(generation: 1))
        try store.builds.store([1], build: SHA256(of: [1]))
        try store.save(PluginJournal())
        for name in ["", "/builds", "/snapshots"] {
            #expect(try FileStatus.of("\(state.path)/plugins/counter\(name)")?.permissions == 0o700)
        }
        #expect(try state.knownPlugins() == ["counter"])
    }

    @Test(
        "that was open to others is closed, and that is said (TR-2)",
        arguments: [0o755, 0o777, 0o2750, 0o701] as [mode_t]
    )
    func closes(mode: mode_t) throws {
        let root = try TemporaryDirectory()
        let path = "\(root.path)/state"
        mkdir(path, 0o700)
        #expect(chmod(path, mode) == 0)
        do {
            let state = try StateDirectory(path: path)
            #expect(state.warnings.count == 1 && state.warnings[0].contains("\(path) was open to others"))
        }
        #expect(try FileStatus.of(path)?.permissions == 0o700)
        // One that has been a host's may hold anything.
        #expect(chmod(path, mode) == 0)
        #expect(try StateDirectory(path: path).warnings.count == 1)
        #expect(try StateDirectory(path: path).warnings == [])
    }

    @Test("is not made of a directory with other things, or one for everybody")
    func leavesOthersAlone() throws {
        let root = try TemporaryDirectory()
        for (name, mode) in [("home", 0o755), ("tmp", 0o1777)] as [(String, mode_t)] {
            let path = "\(root.path)/\(name)"
            mkdir(path, 0o755)
            if name == "home" { mkdir("\(path)/documents", 0o755) }
            #expect(chmod(path, mode) == 0)
            let error = #expect(throws: PluginError.self) { _ = try StateDirectory(path: path) }
            #expect(error?.code == .storage)
            #expect(error?.message.contains("\(path)/plugin-host") == true, "\(error?.message ?? "")")
            #expect(try FileStatus.of(path)?.permissions == UInt32(mode))
        }
        let path = "\(root.path)/private"
        mkdir(path, 0o700)
        mkdir("\(path)/documents", 0o700)
        #expect(throws: Never.self) { _ = try StateDirectory(path: path) }
    }

    @Test("is not made of one that belongs to another user", .enabled(if: geteuid() == 0, "needs two users"))
    func foreign() throws {
        let root = try TemporaryDirectory()
        let path = "\(root.path)/state"
        mkdir(path, 0o700)
        #expect(chown(path, 65_534, 65_534) == 0)
        let error = #expect(throws: PluginError.self) { _ = try StateDirectory(path: path) }
        #expect(error?.message.contains("belongs to another user") == true)
    }

    /// HR-10: the second of two hosts is told so.
    @Test("belongs to one host at a time")
    func locks() throws {
        let root = try TemporaryDirectory()
        let first = try StateDirectory(path: root.path)
        let error = #expect(throws: PluginError.self) { _ = try StateDirectory(path: root.path) }
        #expect(error?.code == .busy)
        #expect(error?.message.hasPrefix("process \(getpid()) is using the state directory \(root.path)") == true)
        #expect(first.path == root.path)
    }

    @Test("refuses ids that are no file names", arguments: ["", ".", "..", "a/b", "-a", ".a", "a b", "ä", "a\0b"])
    func refusesIds(id: String) throws {
        let root = try TemporaryDirectory()
        let state = try StateDirectory(path: root.path)
        let error = #expect(throws: PluginError.self) { _ = try state.plugin(id) }
        #expect(error?.code == .badDescriptor)
        #expect(StateDirectory.isFileName(String(repeating: "a", count: 128)))
        #expect(!StateDirectory.isFileName(String(repeating: "a", count: 129)))
    }

    @Test("says what helps when it can't be made")
    func reportsFailure() throws {
        let root = try TemporaryDirectory()
        try AtomicFile.replace("\(root.path)/file", with: [])
        let error = #expect(throws: PluginError.self) { _ = try StateDirectory(path: "\(root.path)/file/state") }
        #expect(error?.code == .storage)
        #expect(error?.message.contains("can't make the state directory \(root.path)/file/state: mkdir: ") == true)
    }

    @Test("keeps the journal over a restart")
    func keepsJournal() throws {
        let root = try TemporaryDirectory()
        let journal = try journal(generations: 3)
        do {
            let store = try StateDirectory(path: root.path).plugin("counter")
            let fresh = try store.loadJournal()
            #expect(fresh.damage == nil)
            #expect(fresh.journal == PluginJournal())
            try store.save(journal)
        }
        let reading = try StateDirectory(path: root.path).plugin("counter").loadJournal()
        #expect(reading.damage == nil)
        #expect(reading.journal == journal)
    }

    @Test("reads a journal whose quarantine has no code, as older hosts wrote it")
    func readsOlderJournal() throws {
        let root = try TemporaryDirectory()
        let store = try StateDirectory(path: root.path).plugin("counter")
        let text =
            #"{"nextGeneration":2,"records":[],"quarantine":{"reason":"storage: it was full","build":"abc","#
            + #""time":"2026-11-18T11:06:40.001Z"}}"#
        try Directory.make("\(root.path)/plugins/counter")
        try AtomicFile.replace("\(root.path)/plugins/counter/journal.json", with: Array(text.utf8))
        let reading = try store.loadJournal()
        #expect(reading.damage == nil)
        #expect(reading.journal.quarantine?.build == "abc" && reading.journal.quarantine?.code == nil)
    }

    @Test(
        "sets a damaged journal aside and goes on after every generation that is known",
        arguments: [
            "", "{", "[]", "null", "\u{0}\u{0}", #"{"nextGeneration":0,"records":[]}"#,
            #"{"nextGeneration":18446744073709551615,"records":[]}"#, #"{"nextGeneration":-1,"records":[]}"#,
            #"{"nextGeneration":2,"records":[{"generation":5,"version":"","build":"","path":"","time":"#
                + #""2026-11-18T11:06:40.001Z","committed":false,"live":true}]}"#,
            #"{"nextGeneration":9,"records":[{"generation":5,"rollbackOf":5,"version":"","build":"","path":"","time":"#
                + #""2026-11-18T11:06:40.001Z","committed":false,"live":true}]}"#,
            #"{"nextGeneration":9,"records":[{"generation":5,"time":"yesterday"}]}"#,
        ]
    )
    func setsJournalAside(text: String) throws {
        let root = try TemporaryDirectory()
        let state = try StateDirectory(path: root.path)
        let store = try state.plugin("counter")
        let name = try store.snapshots.save(snapshot(generation: 7))
        try AtomicFile.replace("\(root.path)/plugins/counter/snapshots/\(name)", with: [])
        #expect(try store.snapshots.latest().setAside.count == 1)
        for number in 1...2 {
            try AtomicFile.replace("\(root.path)/plugins/counter/journal.json", with: Array(text.utf8))
            let reading = try store.loadJournal()
            #expect(reading.journal == PluginJournal(after: 7))
            #expect(reading.damage?.contains("journal.json.damaged-\(number)") == true)
        }
        #expect(try store.loadJournal().damage == nil)
    }

    @Test("keeps the old journal when the new one can't be written", arguments: [ENOSPC, EIO, EROFS])
    func survivesFailure(code: CInt) throws {
        let root = try TemporaryDirectory()
        let old = try journal(generations: 1)
        do { try StateDirectory(path: root.path).plugin("counter").save(old) }
        var calls = FileCalls.live
        calls.synchronise = { (_) throws(SystemCallError) in throw SystemCallError(call: "fsync", code: code) }
        let store = try StateDirectory(path: root.path, calls: calls).plugin("counter")
        let error = #expect(throws: PluginError.self) { try store.save(journal(generations: 2)) }
        #expect(error?.code == .storage)
        #expect(try store.loadJournal().journal == old)
    }

    @Test("cleans up what nobody needs, and what a crash left behind")
    func prunes() throws {
        let root = try TemporaryDirectory()
        let directory = "\(root.path)/plugins/counter"
        try Directory.make("\(directory)/builds")
        try AtomicFile.replace("\(directory)/builds/.x.so.1-1.tmp", with: [1])
        let store = try StateDirectory(path: root.path, historyLimit: 2).plugin("counter")
        #expect(try Directory.names("\(directory)/builds").isEmpty)
        for number in 0..<4 as Range<UInt8> {
            try store.builds.store([number], build: SHA256(of: [number]))
            _ = try store.snapshots.save(snapshot(generation: 1))
        }
        try store.prune(keeping: journal(generations: 2), and: [SHA256(of: [3]).description])
        let kept = Set(([0, 1, 3] as [UInt8]).map { "\(SHA256(of: [$0])).so" })
        #expect(try Set(Directory.names("\(directory)/builds")) == kept)
        #expect(try store.snapshots.names().map(\.sequence) == [3, 4])
    }

    @Test("names the directory that its own user may not use, as a umask of 0777 leaves it, and what helps")
    func noRights() throws {
        let root = try TemporaryDirectory()
        let closed = "\(root.path)/closed"
        try Directory.make(closed)
        let cause = SystemCallError(call: "open", code: EACCES)
        #expect(!PluginError.storage("close", "\(closed)/state", cause).message.contains("chmod"))
        #expect(chmod(closed, 0) == 0)
        defer { chmod(closed, 0o700) }
        for path in [closed, "\(closed)/state", "\(closed)/a/b"] {
            let message = PluginError.storage("close", path, cause).message
            #expect(message.contains("run 'chmod u+rwx \(closed)'") && message.contains("umask"), "\(message)")
        }
    }
}
