/// Tasks whose time has come, in that order, until there is a thread for them.
///
/// No owner has more than its share of the threads, so that a plugin whose tasks are slow, or held by its reload, delays
/// those of no other.
struct TaskQueue: Sendable {
    struct Limits: Sendable {
        var total = 32
        var perOwner = 8
    }

    private struct Owner {
        var running = 0
        /// Those for which there is no thread of the owner's share.
        var parked = FirstInFirstOut()
    }

    /// A list whose first elements are taken without moving the others.
    private struct FirstInFirstOut {
        private var elements: [Int32] = []
        private var head = 0

        var isEmpty: Bool { head == elements.count }

        mutating func append(_ slot: Int32) { elements.append(slot) }

        mutating func popFirst() -> Int32? {
            guard head < elements.count else { return nil }
            defer {
                head += 1
                if head == elements.count || head > 1024, head * 2 > elements.count {
                    elements.removeFirst(head)
                    head = 0
                }
            }
            return elements[head]
        }
    }

    private let limits: Limits
    private var ready = FirstInFirstOut()
    private var owners: [String: Owner] = [:]
    /// Which slots really wait; one that was taken out leaves its place in the lists until that is reached.
    private var waiting: [Int32: String] = [:]
    private(set) var runningCount = 0

    init(limits: Limits) {
        self.limits = limits
    }

    mutating func add(_ slot: Int32, of plugin: String?) {
        // A place that was left by the same slot serves it again.
        waiting[slot] = plugin ?? ""
        ready.append(slot)
    }

    mutating func remove(_ slot: Int32) {
        waiting[slot] = nil
    }

    mutating func removeAll() {
        waiting = [:]
        ready = FirstInFirstOut()
        for owner in owners.keys { owners[owner]?.parked = FirstInFirstOut() }
    }

    /// The next that may run; it counts as running until its end is told.
    mutating func take() -> Int32? {
        while runningCount < limits.total, let slot = ready.popFirst() {
            guard let owner = waiting[slot] else { continue }
            guard owners[owner, default: Owner()].running < limits.perOwner else {
                owners[owner]?.parked.append(slot)
                continue
            }
            waiting[slot] = nil
            owners[owner, default: Owner()].running += 1
            runningCount += 1
            return slot
        }
        return nil
    }

    /// Takes note that a run has ended.
    mutating func end(of plugin: String?) {
        let owner = plugin ?? ""
        runningCount -= 1
        owners[owner]?.running -= 1
        while let slot = owners[owner]?.parked.popFirst() {
            guard waiting[slot] == owner else { continue }
            ready.append(slot)
            break
        }
        if let left = owners[owner], left.running == 0, left.parked.isEmpty { owners[owner] = nil }
    }
}
