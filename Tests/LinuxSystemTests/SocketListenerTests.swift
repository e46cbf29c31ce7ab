import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("A socket in the file system", .timeLimit(.minutes(10)))
struct SocketListenerTests {
    @Test("takes the place of one that nobody listens at, and of no other file", arguments: [S_IFIFO, S_IFREG])
    func otherFiles(kind: mode_t) throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/host.sock"
        _ = try SocketListener(path: path)
        let listener = try SocketListener(path: path)
        #expect(throws: SocketListener.Failure.inUse) { try SocketListener(path: path) }
        listener.removeFile()
        try #require(mknod(path, kind | 0o600, 0) == 0)
        let before = try FileStatus.of(path)
        #expect(throws: SocketListener.Failure.notASocket) { try SocketListener(path: path) }
        #expect(try FileStatus.of(path) == before)
    }
}
