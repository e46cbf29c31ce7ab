import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

/// HR-6: a crash at any moment leaves the old file or the new one.
@Suite("A file that is replaced as a whole")
struct AtomicFileTests {
    /// One of the calls of a replacement, in their order.
    enum Step: CaseIterable {
        case open
        case write
        case synchronise
        case close
        case rename
        case openDirectory
        case synchroniseDirectory

        /// The contents that a failure here leaves behind.
        var leavesNew: Bool { self == .openDirectory || self == .synchroniseDirectory }
    }

    private let old = Array("old".utf8)
    private let new = Array("the new contents".utf8)

    @Test("has the bytes and the mode, and leaves nothing else behind")
    func replaces() throws {
        let directory = try TemporaryDirectory()
        let path = "\(directory.path)/file"
        try AtomicFile.replace(path, with: old)
        try AtomicFile.replace(path, with: new)
        #expect(directory.contents("file") == new)
        #expect(try FileStatus.of(path)?.permissions == 0o600)
        #expect(try Directory.names(directory.path) == ["file"])
        try AtomicFile.replace(path, with: [])
        #expect(directory.contents("file") == [])
    }

    @Test("has the old contents or the new after a failure", arguments: Step.allCases, [ENOSPC, EIO, EDQUOT])
    func survivesFailure(step: Step, code: CInt) throws {
        let directory = try TemporaryDirectory()
        try AtomicFile.replace("\(directory.path)/file", with: old)
        #expect(throws: SystemCallError(call: "injected", code: code)) {
            try AtomicFile.replace(
                "\(directory.path)/file",
                with: new,
                calls: .failing(at: step, code: code, times: .max)
            )
        }
        #expect(directory.contents("file") == (step.leavesNew ? new : old))
        #expect(try Directory.names(directory.path) == ["file"])
    }

    /// What a crash leaves is what a failure leaves after which nothing more is done.
    @Test("has the old contents or the new after a crash at any step", arguments: Step.allCases)
    func survivesCrash(step: Step) throws {
        let directory = try TemporaryDirectory()
        try AtomicFile.replace("\(directory.path)/file", with: old)
        var calls = FileCalls.failing(at: step, code: EIO, times: .max)
        calls.remove = { (_) throws(SystemCallError) in throw SystemCallError(call: "unlink", code: EIO) }
        if step == .write {
            calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
                guard start == 0 else { throw SystemCallError(call: "injected", code: EIO) }
                return try FileCalls.live.write(descriptor, Array(bytes.prefix(3)), 0)
            }
        }
        #expect(throws: SystemCallError(call: "injected", code: EIO)) {
            try AtomicFile.replace("\(directory.path)/file", with: new, calls: calls)
        }
        #expect(directory.contents("file") == (step.leavesNew ? new : old))
        try AtomicFile.removeLeftovers(in: directory.path)
        #expect(try Directory.names(directory.path) == ["file"])
    }

    @Test("goes on after a signal", arguments: Step.allCases.filter { $0 != .close })
    func restarts(step: Step) throws {
        let directory = try TemporaryDirectory()
        try AtomicFile.replace("\(directory.path)/file", with: old)
        try AtomicFile.replace(
            "\(directory.path)/file",
            with: new,
            calls: .failing(at: step, code: EINTR, times: 3)
        )
        #expect(directory.contents("file") == new)
    }

    @Test("has all bytes although each write takes one")
    func writesShort() throws {
        let directory = try TemporaryDirectory()
        var calls = FileCalls.live
        calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
            let number = descriptor.withNumber { $0 }
            return try retryingOnInterrupt("write") { Glibc.write(number, [bytes[start]], 1) }
        }
        try AtomicFile.replace("\(directory.path)/file", with: new, calls: calls)
        #expect(directory.contents("file") == new)
    }

    @Test("fails instead of asking for ever when a write takes nothing", arguments: [0, -7, 1000])
    func refusesNonsense(count: Int) throws {
        let directory = try TemporaryDirectory()
        var calls = FileCalls.live
        calls.write = { (_, _, _) throws(SystemCallError) in count }
        #expect(throws: SystemCallError(call: "write", code: EIO)) {
            try AtomicFile.replace("\(directory.path)/file", with: new, calls: calls)
        }
        #expect(try Directory.names(directory.path).isEmpty)
    }

    @Test("does not mind a file system that can't synchronise directories")
    func toleratesInvalid() throws {
        let directory = try TemporaryDirectory()
        let calls = FileCalls.failing(at: .synchroniseDirectory, code: EINVAL, times: 1)
        try AtomicFile.replace("\(directory.path)/file", with: new, calls: calls)
        #expect(directory.contents("file") == new)
    }

    @Test("names the call when there is no such directory")
    func namesTheCall() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: SystemCallError(call: "open", code: ENOENT)) {
            try AtomicFile.replace("\(directory.path)/none/file", with: new)
        }
    }

    @Test("is cleaned up after when its writer crashed")
    func removesLeftovers() throws {
        let directory = try TemporaryDirectory()
        for name in [".file.1-1.tmp", "file", ".hidden", "file.tmp"] {
            try AtomicFile.replace("\(directory.path)/\(name)", with: old)
        }
        try AtomicFile.removeLeftovers(in: directory.path)
        #expect(try Directory.names(directory.path).sorted() == [".hidden", "file", "file.tmp"])
    }
}

extension FileCalls {
    /// Calls of which one fails the first times that it is made.
    static func failing(at step: AtomicFileTests.Step, code: CInt, times: Int) -> FileCalls {
        let left = CountDown(times)
        let error = SystemCallError(call: "injected", code: code)
        let live = FileCalls.live
        var calls = live
        calls.open = { (path, flags, mode) throws(SystemCallError) in
            let isDirectory = flags & O_DIRECTORY != 0
            if step == (isDirectory ? .openDirectory : .open), left.next() { throw error }
            return try live.open(path, flags, mode)
        }
        calls.write = { (descriptor, bytes, start) throws(SystemCallError) in
            if step == .write, left.next() { throw error }
            return try live.write(descriptor, bytes, start)
        }
        calls.synchronise = { (descriptor) throws(SystemCallError) in
            let isDirectory = try descriptor.status().kind == .directory
            if step == (isDirectory ? .synchroniseDirectory : .synchronise), left.next() { throw error }
            try live.synchronise(descriptor)
        }
        calls.close = { (descriptor) throws(SystemCallError) in
            try live.close(descriptor)
            if step == .close, left.next() { throw error }
        }
        calls.rename = { (old, new) throws(SystemCallError) in
            if step == .rename, left.next() { throw error }
            try live.rename(old, new)
        }
        return calls
    }
}

/// Says yes as often as it was told to.
private final class CountDown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) {
        left = Mutex(count)
    }

    func next() -> Bool {
        left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}
