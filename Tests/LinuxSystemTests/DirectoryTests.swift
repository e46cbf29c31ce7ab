import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite("A directory")
struct DirectoryTests {
    @Test("is made with those above it, and made again without harm")
    func makes() throws {
        let root = try TemporaryDirectory()
        let path = "\(root.path)/one/two/three"
        try Directory.make(path)
        try Directory.make(path)
        try Directory.make("\(root.path)/one/four/")
        #expect(try FileStatus.of(path)?.permissions == 0o700)
        #expect(try Directory.names("\(root.path)/one").sorted() == ["four", "two"])
    }

    @Test("is made with those above it on the disk, where it is to last (HR-6)")
    func lasts() throws {
        let root = try TemporaryDirectory()
        let waits = Mutex<[String]>([])
        let calls = FileCalls.telling { path in waits.withLock { $0.append(path) } }
        try Directory.makeLasting("\(root.path)/one/two", calls: calls)
        try Directory.makeLasting("\(root.path)/one/two", calls: calls)
        #expect(waits.withLock { $0 } == [root.path, "\(root.path)/one"])
    }

    @Test("is not made in the place of a file")
    func refusesFile() throws {
        let root = try TemporaryDirectory()
        try AtomicFile.replace("\(root.path)/file", with: [])
        #expect(throws: SystemCallError(call: "mkdir", code: ENOTDIR)) { try Directory.make("\(root.path)/file") }
        #expect(throws: SystemCallError(call: "mkdir", code: ENOTDIR)) { try Directory.make("\(root.path)/file/in") }
        #expect(throws: SystemCallError(call: "mkdir", code: ENOENT)) { try Directory.make("") }
    }

    @Test("that is missing has no names")
    func reportsMissing() throws {
        let root = try TemporaryDirectory()
        #expect(throws: SystemCallError(call: "opendir", code: ENOENT)) { try Directory.names("\(root.path)/none") }
        #expect(throws: SystemCallError(call: "open", code: ENOENT)) {
            try Directory.synchronise("\(root.path)/none")
        }
    }

    @Test("leaves out names that aren't text")
    func skipsInvalidNames() throws {
        let root = try TemporaryDirectory()
        let bytes = (Array(root.path.utf8) + [UInt8(ascii: "/"), 0xFF, 0xFE, 0]).map { CChar(bitPattern: $0) }
        let made = open(bytes, O_CREAT, 0o600)
        if made >= 0 { close(made) }
        try AtomicFile.replace("\(root.path)/ä", with: [])
        #expect(try Directory.names(root.path) == ["ä"])
        unlink(bytes)
    }

    /// HR-10: two hosts on one directory, and the second is told so.
    @Test("is locked by one at a time, and the second is told by whom")
    func locks() throws {
        let root = try TemporaryDirectory()
        let first = try DirectoryLock(root.path)
        #expect(throws: DirectoryLock.Failure.held(by: getpid())) { _ = try DirectoryLock(root.path) }
        release(first)
        release(try DirectoryLock(root.path))
        #expect(throws: DirectoryLock.Failure.system(SystemCallError(call: "open", code: ENOENT))) {
            _ = try DirectoryLock("\(root.path)/none")
        }
    }

    @Test("is waited for if whoever has it has ended, and left a child that shares the lock for a moment")
    func waitsForTheDead() throws {
        let root = try TemporaryDirectory()
        let script = """
            cd '\(root.path)'
            mkfifo held
            exec 9>>lock
            flock 9
            echo $$ >lock
            cat held &
            """
        try AtomicFile.replace("\(root.path)/script", with: Array(script.utf8))
        try #require(system("sh '\(root.path)/script'") == 0)
        let written = String(decoding: root.contents("lock") ?? [], as: UTF8.self)
        let holder = try #require(Int32(written.dropLast()))
        #expect(ProcessFacts.hasEnded(holder))
        #expect(throws: DirectoryLock.Failure.held(by: holder)) {
            _ = try DirectoryLock(root.path, patience: .milliseconds(20))
        }
        let path = root.path
        DetachedThread.start(name: "test") { _ = system("printf x > '\(path)/held'") }
        release(try DirectoryLock(root.path, patience: .seconds(60)))
        #expect(root.contents("lock") == Array("\(getpid())\n".utf8))
    }

    @Test("is locked although the lock file holds garbage")
    func toleratesGarbage() throws {
        let root = try TemporaryDirectory()
        try AtomicFile.replace("\(root.path)/lock", with: [UInt8](repeating: 0xFF, count: 1000))
        release(try DirectoryLock(root.path))
        #expect(root.contents("lock") == Array("\(getpid())\n".utf8))
    }

    private func release(_ lock: consuming DirectoryLock) {
        _ = consume lock
    }
}
