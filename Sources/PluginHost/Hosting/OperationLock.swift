/// Lets one operation on a plugin go on at a time, in the order in which they came.
///
/// It is confined to the conductor, like the entry that it belongs to.
final class OperationLock {
    private(set) var isHeld = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Waits until no other operation goes on.
    func acquire(isolation: isolated any Actor) async {
        guard isHeld else {
            isHeld = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Lets the next operation go on.
    func release() {
        if waiting.isEmpty {
            isHeld = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
