extension EventLoop {
    /// What is to be done at which moment: a heap by time, in the order of scheduling where times are equal.
    struct Timers {
        typealias Handler = @Sendable () -> Void

        private struct Entry {
            let instant: MonotonicInstant
            let id: UInt64

            static func < (left: Entry, right: Entry) -> Bool {
                left.instant == right.instant ? left.id < right.id : left.instant < right.instant
            }
        }

        private var heap: [Entry] = []
        private var handlers: [UInt64: Handler] = [:]

        /// How many timers wait.
        var count: Int { handlers.count }

        /// Adds a timer; ids must ascend.
        mutating func add(id: UInt64, at instant: MonotonicInstant, handler: @escaping Handler) {
            handlers[id] = handler
            heap.append(Entry(instant: instant, id: id))
            siftUp(heap.count - 1)
        }

        /// Removes a timer; the result is its handler, so that the caller can let it go outside of a lock.
        mutating func remove(id: UInt64) -> Handler? {
            guard let handler = handlers.removeValue(forKey: id) else { return nil }
            // The entry stays until its time comes, except when such entries are the most.
            if heap.count > 64, heap.count > 2 * handlers.count {
                heap.removeAll { handlers[$0.id] == nil }
                for index in stride(from: heap.count / 2, through: 0, by: -1) { siftDown(index) }
            }
            return handler
        }

        /// The moment of the first timer.
        mutating func next() -> MonotonicInstant? {
            while let first = heap.first {
                if handlers[first.id] != nil { return first.instant }
                removeFirst()
            }
            return nil
        }

        /// Takes the first timer out if its time has come and it was scheduled before the given id.
        mutating func popDue(now: MonotonicInstant, before limit: UInt64) -> Handler? {
            guard let instant = next(), instant <= now, let first = heap.first, first.id < limit else { return nil }
            removeFirst()
            return handlers.removeValue(forKey: first.id)
        }

        private mutating func removeFirst() {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
            siftDown(0)
        }

        private mutating func siftUp(_ start: Int) {
            var index = start
            while index > 0, heap[index] < heap[(index - 1) / 2] {
                heap.swapAt(index, (index - 1) / 2)
                index = (index - 1) / 2
            }
        }

        private mutating func siftDown(_ start: Int) {
            var index = start
            while true {
                var least = index
                for child in [2 * index + 1, 2 * index + 2] where child < heap.count && heap[child] < heap[least] {
                    least = child
                }
                guard least != index else { return }
                heap.swapAt(index, least)
                index = least
            }
        }
    }
}
