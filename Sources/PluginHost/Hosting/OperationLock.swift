/// Lets one operation on a plugin go on at a time, in the order in which they came.
///
/// It is confined to the conductor, like the entry that it belongs to.
final class OperationLock {
    private struct Waiter {
        let continuation: CheckedContinuation<Bool, Never>
        let isImpatient: Bool
    }

    private var holders = 0
    private var waiting: [Waiter] = []

    var isHeld: Bool { holders > 0 }

    /// Waits until no other operation goes on.
    func acquire(isolation: isolated any Actor) async {
        _ = await join(isImpatient: false, isolation: isolation)
    }

    /// Waits as others do, but goes when the impatient are dismissed; says whether the lock is held.
    func acquireImpatiently(isolation: isolated any Actor) async -> Bool {
        await join(isImpatient: true, isolation: isolation)
    }

    /// Lets those go without the lock who wait for it impatiently.
    func dismissImpatient() {
        let dismissed = waiting.filter(\.isImpatient)
        waiting.removeAll(where: \.isImpatient)
        for waiter in dismissed { waiter.continuation.resume(returning: false) }
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
        waiting.removeFirst().continuation.resume(returning: true)
    }

    private func join(isImpatient: Bool, isolation: isolated any Actor) async -> Bool {
        guard isHeld else {
            holders = 1
            return true
        }
        return await withCheckedContinuation { waiting.append(Waiter(continuation: $0, isImpatient: isImpatient)) }
    }
}
