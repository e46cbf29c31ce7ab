import Foundation
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

    @Test(
        "finds room for the next copy before it is needed, whatever its size and name turn out to be",
        arguments: [2, 5, 9]
    )
    func spare(size: Int) throws {
        let directory = try TemporaryDirectory()
        let store = try ImageStore(directory: directory.path + "/images")
        // Nothing tells how large it would have to be.
        store.makeSpare()
        #expect(try Directory.names(store.directory) == [])
        let first = try store.store([1, 2, 3, 4, 5], of: "/plugins/a.so")
        store.makeSpare()
        store.makeSpare()
        let names = try Directory.names(store.directory)
        #expect(names.count == 2)
        let room = try #require(names.first { store.directory + "/" + $0 != first })
        let inode = try FileStatus.of(store.directory + "/" + room)?.inode
        let bytes = [UInt8](repeating: 7, count: size)
        let second = try store.store(bytes, of: "/plugins/b.so")
        #expect(second.lastName.hasPrefix("b."))
        #expect(try read(second) == bytes)
        let status = try #require(try FileStatus.of(second))
        #expect(status.inode == inode && status.permissions == 0o500)
        #expect(try read(first) == [1, 2, 3, 4, 5])
        // It was the only one.
        let third = try store.store([6], of: "/plugins/b.so")
        #expect(try read(third) == [6])
        #expect(try Directory.names(store.directory).count == 3)
    }

    @Test("keeps no room when all copies are removed")
    func spareGoes() throws {
        let directory = try TemporaryDirectory()
        let store = try ImageStore(directory: directory.path + "/images")
        _ = try store.store([1, 2, 3], of: "/plugins/a.so")
        store.makeSpare()
        #expect(try openFiles(in: directory.path).count == 1)
        store.removeAll()
        #expect(try Directory.names(store.directory) == [])
        #expect(try openFiles(in: directory.path) == [])
    }

    /// The files beneath a directory that this process has open.
    private func openFiles(in directory: String) throws -> [String] {
        try Directory.names("/proc/self/fd").compactMap { number in
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + number)
        }.filter { $0.hasPrefix(directory) }
    }

    @Test("goes on where the room for the next copy has been taken away")
    func spareIsGone() throws {
        let directory = try TemporaryDirectory()
        let store = try ImageStore(directory: directory.path + "/images")
        let first = try store.store([1, 2, 3], of: "/plugins/a.so")
        store.makeSpare()
        for name in try Directory.names(store.directory) where !first.hasSuffix(name) {
            unlink(store.directory + "/" + name)
        }
        #expect(try read(store.store([4, 5], of: "/plugins/a.so")) == [4, 5])
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
