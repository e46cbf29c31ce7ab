import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("The store of images")
struct ImageStoreTests {
    private func read(_ path: String) throws -> [UInt8] {
        try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd()
    }

    @Test("gives a copy that ran another name, and takes both away by themselves")
    func names() throws {
        let directory = try TemporaryDirectory()
        let store = try ImageStore(directory: directory.path + "/images")
        let first = try store.store([1, 2, 3], of: "/plugins/a.so")
        let second = try store.store(copy: first, of: "/plugins/a.so")
        #expect(first != second)
        #expect(try FileStatus.of(first)?.inode == FileStatus.of(second)?.inode)
        store.remove(first)
        #expect(try read(second) == [1, 2, 3])
        store.removeAll()
        #expect(try Directory.names(store.directory) == [])
    }

    @Test("has its directory for itself, and clears none that another one has")
    func locked() throws {
        let directory = try TemporaryDirectory()
        let store = try ImageStore(directory: directory.path + "/images", isLocked: true)
        let copy = try store.store([1, 2, 3], of: "/plugins/a.so")
        let error = #expect(throws: PluginError.self) {
            try ImageStore(directory: directory.path + "/images", isLocked: true)
        }
        #expect(error?.code == .busy && error?.message.contains("imageDirectory") == true)
        #expect(try read(copy) == [1, 2, 3])
        store.removeAll()
        _ = try ImageStore(directory: directory.path + "/images", isLocked: true)
    }

    @Test("copies what lies on another file system, and says so when it is gone")
    func otherFileSystem() throws {
        let directory = try TemporaryDirectory()
        let store = try ImageStore(directory: directory.path + "/images")
        let copy = "/dev/shm/plugin-host-test-\(getpid())-copy.so"
        try OwnedFileDescriptor.open(copy, flags: O_WRONLY | O_CREAT, mode: 0o600).write(Array("abc".utf8))
        defer { unlink(copy) }
        let path = try store.store(copy: copy, of: "/plugins/a.so")
        #expect(try read(path) == Array("abc".utf8))
        unlink(copy)
        let error = #expect(throws: PluginError.self) { try store.store(copy: copy, of: "/plugins/a.so") }
        #expect(error?.code == .storage && error?.message.contains("reload the plugin") == true)
    }
}
