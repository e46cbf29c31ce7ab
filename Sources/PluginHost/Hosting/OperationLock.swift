/// Lets one operation on a plugin go on at a time, in the order in which they came.
///
/// It is confined to the conductor, like the entry that it belongs to.
final class OperationLock {
    private var holders = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    var isHeld: Bool { holders > 0 }

    /// Waits until no other operation goes on.
    func acquire(isolation: isolated any Actor) async {
        guard isHeld else {
            holders = 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Keeps the lock held for work that goes on after the operation, and that releases it as well.
    func share() {
        precondition(isHeld, "only who holds a lock can share it")
        holders += 1
    }

    /// Lets the next operation go on, when nobody else holds the lock.
    func release() {
        holders -= 1
        guard holders == 0, !waiting.isEmpty else { return }
        holders = 1
        waiting.removeFirst().resume()
    }
}
