import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A file that is read as it was when it had settled (HR-9)")
struct StillFileTests {
    /// What may happen to a file while it is read.
    enum Accident: CaseIterable {
        case write, append, replace, remove, exchangeTwice, openForWriting
    }

    private static func write(_ text: String, to path: String) throws {
        try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT, mode: 0o600).write(Array(text.utf8))
        awaitLastWriter(of: path)
    }

    @Test("counts if nothing happens to it")
    func reads() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path + "/f"
        try Self.write("content", to: path)
        let status = try #require(try FileStatus.of(path))
        #expect(try StillFile(path, as: status).read { $0 } == path)
        #expect(try StillFile(path, as: nil).read { $0 } == path)
        // A new name is no new content.
        rename(path, path + "2")
        #expect(try StillFile(path + "2", as: status).read { $0 } == path + "2")
    }

    @Test("does not count if it is another file, or another content, than was reported")
    func isAnother() throws {
        let scratch = try TemporaryDirectory()
        let path = scratch.path + "/f"
        try Self.write("content", to: path)
        let status = try #require(try FileStatus.of(path))
        try Self.write("content that is longer", to: path)
        #expect(try StillFile(path, as: status).read { $0 } == nil)
        unlink(path)
        #expect(try StillFile(path, as: status).read { $0 } == nil)
    }

    @Test("does not count if something happens to it meanwhile, whatever comes of it", arguments: Accident.allCases)
    func changes(accident: Accident) throws {
        let scratch = try TemporaryDirectory()
        let (path, other) = (scratch.path + "/f", scratch.path + "/g")
        try Self.write("content", to: path)
        try Self.write("content", to: other)
        let status = try #require(try FileStatus.of(path))
        // Kept until the end of the test: a writer who has not written yet.
        var writer: CInt = -1
        let result = try StillFile(path, as: status).read { path throws(PluginError) -> Int in
            switch accident {
            case .write: try? Self.write("CONTENT", to: path)
            case .append: try? Self.write("content and more", to: path)
            case .replace: rename(other, path)
            case .remove: unlink(path)
            case .exchangeTwice:
                rename(path, path + "2")
                rename(path + "2", path)
            case .openForWriting: writer = open(path, O_WRONLY | O_CLOEXEC)
            }
            // An error that comes of it does not count either.
            if accident == .remove { throw PluginError(code: .notFound, message: "") }
            return 1
        }
        #expect(result == nil)
        if writer >= 0 { close(writer) }
    }

    @Test("passes the error of the reading on if nothing happened")
    func fails() throws {
        let scratch = try TemporaryDirectory()
        #expect(throws: PluginError(code: .notFound, message: "x")) {
            try StillFile(scratch.path + "/f", as: nil).read { _ throws(PluginError) -> Int in
                throw PluginError(code: .notFound, message: "x")
            }
        }
    }
}
