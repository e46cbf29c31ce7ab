internal import Synchronization

/// The memory that all clients of a server share for messages and answers that are not small.
///
/// A client alone may take as much as a message may have; many of them together may not take that many times as much.
final class MessageRoom: Sendable {
    /// One client's part of the room, given back when the client goes.
    struct Share: ~Copyable {
        private let room: MessageRoom
        private var size = 0

        init(of room: MessageRoom) {
            self.room = room
        }

        deinit { room.taken.withLock { $0 -= size } }

        /// Makes the share as large as needed for so many bytes; says no, and changes nothing, if there is no room for them.
        mutating func resize(to bytes: Int) -> Bool {
            let wanted = max(0, bytes - room.free)
            let more = wanted - size
            guard more != 0 else { return true }
            let isThere = room.taken.withLock { taken in
                guard more < 0 || taken + more <= room.limit else { return false }
                taken += more
                return true
            }
            if isThere { size = wanted }
            return isThere
        }
    }

    private let limit: Int
    /// What each client may have besides.
    private let free: Int
    private let taken = Mutex(0)

    init(limit: Int, free: Int) {
        self.limit = limit
        self.free = free
    }
}
