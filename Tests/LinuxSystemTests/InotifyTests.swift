import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("An inotify queue (HR-9, HR-10)", .timeLimit(.minutes(10)))
struct InotifyTests {
    private static func event(watch: Int32, mask: UInt32, length: UInt32, name: [UInt8]) -> [UInt8] {
        [UInt32(bitPattern: watch), mask, 5, length].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        } + name
    }

    private static func parse(_ bytes: [UInt8]) -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        InotifyEvent.parse(bytes[...]) { events.append($0) }
        return events
    }

    @Test("takes names without their filling, and events without a name")
    func parses() {
        let bytes =
            Self.event(watch: 3, mask: 0x100, length: 4, name: [97, 98, 0, 0])
            + Self.event(watch: -1, mask: 0x4000, length: 0, name: [])
        #expect(
            Self.parse(bytes) == [
                InotifyEvent(watch: 3, mask: .created, cookie: 5, name: "ab"),
                InotifyEvent(watch: -1, mask: .overflow, cookie: 5),
            ]
        )
    }

    @Test("stops at an event that is cut off or lies about its length", arguments: [5, UInt32.max])
    func survivesBadLengths(length: UInt32) {
        let good = Self.event(watch: 1, mask: 2, length: 0, name: [])
        let bad = Self.event(watch: 1, mask: 2, length: length, name: [97, 98, 99, 0])
        #expect(Self.parse(good + bad).count == 1)
        for count in 0..<bad.count { #expect(Self.parse(Array(bad.prefix(count))).isEmpty) }
    }

    @Test("tells what happens in a directory until the watch ends")
    func reads() throws {
        let directory = try temporaryDirectory()
        let inotify = try Inotify()
        let watch = try inotify.add(directory, for: [.created, .closedAfterWriting, .selfDeleted])
        try inotify.read { _ in Issue.record("nothing has happened") }
        _ = try OwnedFileDescriptor.open(directory + "/x", flags: O_WRONLY | O_CREAT)
        var events: [InotifyEvent] = []
        awaitLastWriter(of: directory + "/x")
        try inotify.read { events.append($0) }
        #expect(events.map(\.name) == ["x", "x"])
        #expect(events.map(\.mask) == [.created, .closedAfterWriting])
        #expect(events.allSatisfy { $0.watch == watch })
        unlink(directory + "/x")
        rmdir(directory)
        events = []
        try inotify.read { events.append($0) }
        #expect(events.map(\.mask) == [.selfDeleted, .ignored])
        inotify.remove(watch)
    }

    @Test("says which call failed on a directory that is not there")
    func fails() throws {
        let inotify = try Inotify()
        #expect(throws: SystemCallError(call: "inotify_add_watch", code: ENOENT)) {
            _ = try inotify.add("/nowhere/at/all", for: .created)
        }
    }

    private func hasWriter(_ path: String) throws -> Bool? {
        try OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK).hasWriter()
    }

    @Test("knows whether a file is open for writing")
    func knowsWriters() throws {
        let directory = try temporaryDirectory()
        let path = directory + "/x"
        let writer = try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT)
        #expect(try hasWriter(path) == true)
        try writer.close()
        awaitLastWriter(of: path)
        #expect(try hasWriter(path) == false)
        #expect(try hasWriter(directory) == nil)
        #expect(mkfifo(directory + "/pipe", 0o600) == 0)
        #expect(try hasWriter(directory + "/pipe") == nil)
        #expect(try FileSystemKind.of(directory: directory).noticesChanges)
        for name in ["x", "pipe"] { unlink(directory + "/" + name) }
        rmdir(directory)
    }

    @Test("tells file systems of other machines", arguments: [0x6969, 0x517B, 0xFF53_4D42, -11_317_950, 0x6573_5546])
    func knowsRemoteKinds(number: Int64) {
        #expect(!FileSystemKind(number: number).noticesChanges)
    }

    @Test("lists a directory with the kinds of its entries")
    func lists() throws {
        let directory = try temporaryDirectory()
        mkdir(directory + "/d", 0o700)
        symlink("d", directory + "/l")
        let entries = try DirectoryEntry.list(directory)
        #expect(Set(entries.map(\.name)) == ["d", "l"])
        #expect(try DirectoryEntry.target(ofLink: directory + "/l") == "d")
        #expect(throws: SystemCallError(call: "opendir", code: ENOENT)) { try DirectoryEntry.list(directory + "/x") }
        unlink(directory + "/l")
        rmdir(directory + "/d")
        rmdir(directory)
    }

    private func temporaryDirectory() throws -> String {
        var template = Array("/tmp/inotify-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template))
        return String(cString: path)
    }
}
