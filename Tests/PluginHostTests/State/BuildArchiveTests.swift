import Glibc
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// HR-8: a rollback finds its code, also after a restart.
@Suite("An archive of builds")
struct BuildArchiveTests {
    private let bytes = Array("\u{7F}ELF and so on".utf8)

    @Test("gives back what was stored, once for each content")
    func stores() throws {
        let directory = try TemporaryDirectory()
        let archive = BuildArchive(directory: directory.path)
        let build = SHA256(of: bytes)
        try archive.store(bytes, build: build)
        let first = try FileStatus.of(archive.path(of: build))
        try archive.store(bytes, build: build)
        #expect(try FileStatus.of(archive.path(of: build)) == first)
        #expect(first?.permissions == 0o600)
        #expect(try archive.load(build.description) == bytes)
    }

    @Test("notices damage, says so and sets the build aside")
    func noticesDamage() throws {
        let directory = try TemporaryDirectory()
        let archive = BuildArchive(directory: directory.path)
        let build = SHA256(of: bytes)
        try archive.store(bytes, build: build)
        try AtomicFile.replace(archive.path(of: build), with: Array(repeating: 0, count: bytes.count))
        let error = #expect(throws: PluginError.self) { try archive.load(build.description) }
        #expect(error?.code == .storage)
        #expect(error?.message.contains("it was set aside as \(archive.path(of: build)).damaged") == true)
        try archive.store(bytes, build: build)
        #expect(try archive.load(build.description) == bytes)
        try archive.prune(keeping: [build.description])
        #expect(try Directory.names(directory.path) == ["\(build).so"])
    }

    @Test("stores again what was cut off")
    func repairs() throws {
        let directory = try TemporaryDirectory()
        let archive = BuildArchive(directory: directory.path)
        let build = SHA256(of: bytes)
        try AtomicFile.replace(archive.path(of: build), with: [1])
        try archive.store(bytes, build: build)
        #expect(try archive.load(build.description) == bytes)
    }

    @Test("refuses names that are no digests", arguments: ["", "../x", "ABC", String(repeating: "/", count: 64)])
    func refusesNames(name: String) throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: PluginError.self) { try BuildArchive(directory: directory.path).load(name) }
        #expect(error?.code == .notFound)
    }

    @Test("says so when a build is gone")
    func reportsMissing() throws {
        let directory = try TemporaryDirectory()
        let build = SHA256(of: bytes).description
        let error = #expect(throws: PluginError.self) { try BuildArchive(directory: directory.path).load(build) }
        #expect(error?.code == .notFound)
    }

    @Test("leaves nothing behind when the disk is full", arguments: [ENOSPC, EDQUOT, EIO])
    func reportsFullDisk(code: CInt) throws {
        let directory = try TemporaryDirectory()
        var calls = FileCalls.live
        calls.write = { (_, _, _) throws(SystemCallError) in throw SystemCallError(call: "write", code: code) }
        let archive = BuildArchive(directory: directory.path, calls: calls)
        #expect(throws: PluginError.self) { try archive.store(bytes, build: SHA256(of: bytes)) }
        #expect(try Directory.names(directory.path).isEmpty)
    }
}
