internal import CLinux
internal import Glibc

/// A set of descriptors that one thread waits for at once.
struct Epoll: ~Copyable, Sendable {
    /// What one wait found; the memory is used again by the next.
    struct Events {
        static let capacity = 64
        fileprivate var tags = [UInt64](repeating: 0, count: capacity)
        fileprivate var masks = [UInt32](repeating: 0, count: capacity)
        fileprivate(set) var count = 0

        subscript(index: Int) -> (tag: UInt64, mask: UInt32) {
            (tags[index], masks[index])
        }
    }

    private let descriptor: OwnedFileDescriptor

    init() throws(SystemCallError) {
        let number = clinux_epoll_create()
        guard number >= 0 else { throw .last("epoll_create1") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    /// Adds a descriptor; its events come back with the tag, which is never the descriptor's number, since numbers are
    /// used again.
    borrowing func add(_ other: CInt, mask: UInt32, tag: UInt64) throws(SystemCallError) {
        try control(CLINUX_EPOLL_ADD, other, mask, tag)
    }

    /// Changes what a descriptor is waited for.
    borrowing func modify(_ other: CInt, mask: UInt32, tag: UInt64) throws(SystemCallError) {
        try control(CLINUX_EPOLL_MODIFY, other, mask, tag)
    }

    /// Removes a descriptor.
    borrowing func remove(_ other: CInt) throws(SystemCallError) {
        try control(CLINUX_EPOLL_REMOVE, other, 0, 0)
    }

    private borrowing func control(
        _ operation: CInt,
        _ other: CInt,
        _ mask: UInt32,
        _ tag: UInt64
    ) throws(SystemCallError) {
        guard clinux_epoll_control(descriptor.number, operation, other, mask, tag) == 0 else {
            throw .last("epoll_ctl")
        }
    }

    /// Waits for events, for ever or not at all; a signal ends the wait with none.
    borrowing func wait(blocking: Bool, into events: inout Events) throws(SystemCallError) {
        events.count = 0
        let number = descriptor.number
        let count = unsafe events.tags.withUnsafeMutableBufferPointer { tags in
            unsafe events.masks.withUnsafeMutableBufferPointer { masks -> CInt in
                guard let tag = tags.baseAddress, let mask = masks.baseAddress else { return 0 }
                return unsafe clinux_epoll_wait(number, tag, mask, CInt(Events.capacity), blocking ? -1 : 0)
            }
        }
        if count >= 0 {
            events.count = Int(count)
            return
        }
        let error = SystemCallError.last("epoll_wait")
        guard error.code == EINTR else { throw error }
    }
}
