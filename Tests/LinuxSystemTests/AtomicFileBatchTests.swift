import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

/// HR-6: a crash at any moment leaves each old file or the new one.
@Suite("Files that are replaced together")
struct AtomicFileBatchTests {
    private let old = Array("old".utf8)
    private let new = Array("the new contents".utf8)
    private let failure = SystemCallError(call: "injected", code: EIO)

    /// Replaces the files a, b and c.
    private func replace(in directory: borrowing TemporaryDirectory, calls: FileCalls) -> [String: SystemCallError] {
        var failures: [String: SystemCallError] = [:]
        var batch = AtomicFileBatch(calls: calls)
        for name in ["a", "b", "c"] {
            do throws(SystemCallError) {
                try batch.add("\(directory.path)/\(name)", new)
            } catch {
                failures[name] = error
            }
        }
        for (path, error) in batch.commit() { failures[String(path.suffix(1))] = error }
        return failures
    }

    private func contents(_ directory: borrowing TemporaryDirectory) -> [[UInt8]?] {
        ["a", "b", "c"].map { directory.contents($0) }
    }

    @Test("have their bytes and modes, and leave nothing else behind")
    func replaces() throws {
        let directory = try TemporaryDirectory()
        try AtomicFile.replace("\(directory.path)/a", with: old)
        #expect(replace(in: directory, calls: .live) == [:])
        #expect(contents(directory) == [new, new, new])
        #expect(try FileStatus.of("\(directory.path)/b")?.permissions == 0o600)
        #expect(try Directory.names(directory.path).sorted() == ["a", "b", "c"])
    }

    @Test("wait once for the directories that were made for them (HR-6)")
    func makesDirectories() throws {
        let root = try TemporaryDirectory()
        let waits = Mutex<[String]>([])
        var batch = AtomicFileBatch(calls: .telling { path in waits.withLock { $0.append(path) } })
        for name in ["a", "b"] {
            try batch.makeDirectory("\(root.path)/\(name)/in")
            try batch.add("\(root.path)/\(name)/in/file", new)
        }
        #expect(batch.commit() == [:])
        #expect(waits.withLock { $0.sorted() } == ["", "/a", "/a/in", "/b", "/b/in"].map { root.path + $0 })
    }

    @Test("are replaced only when all is written")
    func waitsForCommit() throws {
        let directory = try TemporaryDirectory()
        try AtomicFile.replace("\(directory.path)/a", with: old)
        var batch = AtomicFileBatch()
        try batch.add("\(directory.path)/a", new)
        #expect(directory.contents("a") == old)
        // What a crash would leave here is cleared away by the next start.
        try AtomicFile.removeLeftovers(in: directory.path)
        #expect(try Directory.names(directory.path) == ["a"])
    }

    @Test("do not suffer from each other's failures", arguments: ["write", "synchronise", "rename"])
    func failsAlone(call: String) throws {
        let directory = try TemporaryDirectory()
        for name in ["a", "b", "c"] { try AtomicFile.replace("\(directory.path)/\(name)", with: old) }
        let count = Atomic(0)
        let failure = failure
        // The second of the three.
        @Sendable func check() throws(SystemCallError) {
            if count.add(1, ordering: .relaxed).newValue == 2 { throw failure }
        }
        var calls = FileCalls.live
        switch call {
        case "write":
            calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
                try check()
                return try FileCalls.live.write(descriptor, bytes, start)
            }
        case "synchronise":
            calls.synchronise = { (descriptor) throws(SystemCallError) in
                try check()
                try FileCalls.live.synchronise(descriptor)
            }
        default:
            calls.rename = { (from, to) throws(SystemCallError) in
                try check()
                try FileCalls.live.rename(from, to)
            }
        }
        #expect(replace(in: directory, calls: calls) == ["b": failure])
        #expect(contents(directory) == [new, old, new])
        #expect(try Directory.names(directory.path).sorted() == ["a", "b", "c"])
    }

    @Test("say so when their names may not be on the disk")
    func reportsDirectory() throws {
        let directory = try TemporaryDirectory()
        let failure = failure
        var calls = FileCalls.live
        calls.synchronise = { (descriptor) throws(SystemCallError) in
            guard try descriptor.status().kind != .directory else { throw failure }
        }
        #expect(replace(in: directory, calls: calls) == ["a": failure, "b": failure, "c": failure])
        #expect(contents(directory) == [new, new, new])
    }
}
