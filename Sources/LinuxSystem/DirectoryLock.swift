internal import Glibc

/// A directory, or a file, that one process at a time may call its own.
///
/// The lock ends with the value or with the process, however that ends. In a directory the file of the lock stays; beside a file
/// it goes with the value.
package struct DirectoryLock: ~Copyable, Sendable {
    /// Why a directory could not be locked.
    package enum Failure: Error, Hashable {
        /// Another process has the lock; which one, if it has said so yet.
        case held(by: Int32?)
        /// A system call failed.
        case system(SystemCallError)
    }

    private let descriptor: OwnedFileDescriptor
    /// What is removed at the end.
    private let leftover: String?

    /// Locks a directory that exists, with the file `lock` in it, without waiting for who has it.
    ///
    /// A process that was killed may have left a child that is about to become another program, and shares the lock until
    /// then: that is waited for.
    package init(_ directory: String, patience: Duration = .seconds(2)) throws(Failure) {
        leftover = nil
        descriptor = try Self.take("\(directory)/lock", until: .now.advanced(by: patience))
    }

    /// Locks a file, there or not, with the file `.NAME.lock` beside it.
    package init(file path: String, patience: Duration = .seconds(2)) throws(Failure) {
        let end = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let file = "\(path[..<end]).\(path[end...]).lock"
        leftover = file
        descriptor = try Self.take(file, isRemoved: true, until: .now.advanced(by: patience))
    }

    deinit {
        if let leftover { _ = unsafe unlink(leftover) }
        // Closing is not enough: a child that is about to become another program shares the lock until then.
        _ = flock(descriptor.number, LOCK_UN)
    }

    private static func take(
        _ path: String,
        isRemoved: Bool = false,
        until end: MonotonicInstant
    ) throws(Failure) -> OwnedFileDescriptor {
        while true {
            do throws(SystemCallError) {
                let descriptor = try lock(path)
                // Whoever had it may have removed the file meanwhile, and the next one would lock another.
                let (own, present) = (try descriptor.status().inode, try FileStatus.of(path)?.inode)
                if !isRemoved || present == own || .now >= end { return descriptor }
                continue
            } catch {
                guard error.call == "flock", error.code == EWOULDBLOCK else { throw .system(error) }
            }
            let holder = holder(path)
            guard holder.map(ProcessFacts.hasEnded) ?? true, .now < end else { throw .held(by: holder) }
            _ = poll(nil, 0, 5)
        }
    }

    private static func lock(_ path: String) throws(SystemCallError) -> OwnedFileDescriptor {
        let descriptor = try OwnedFileDescriptor.open(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW)
        let number = descriptor.number
        _ = try retryingOnInterrupt("flock") { flock(number, LOCK_EX | LOCK_NB) }
        guard ftruncate(number, 0) == 0 else { throw .last("ftruncate") }
        try descriptor.write(Array("\(getpid())\n".utf8))
        return descriptor
    }

    private static func holder(_ path: String) -> Int32? {
        guard
            let descriptor = try? OwnedFileDescriptor.open(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let bytes = try? descriptor.readToEnd(limit: 64)
        else { return nil }
        return Int32(String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
