import Glibc
import LinuxSystem
import Synchronization

/// A thread that does something over and over until it is told to end.
final class WaitableThread: Sendable {
    private let isOver = Atomic(false)
    private let isDone = Atomic(false)

    /// Starts the thread; the body is given what tells whether it is to end.
    init(_ body: @escaping @Sendable (_ isOver: () -> Bool) -> Void) {
        DetachedThread.start(name: "test-loop") { [self] in
            body {
                // Others have work to do as well.
                sched_yield()
                return isOver.load(ordering: .relaxed)
            }
            isDone.store(true, ordering: .releasing)
        }
    }

    /// Tells the thread to end, and waits until it has.
    func end() {
        isOver.store(true, ordering: .relaxed)
        while !isDone.load(ordering: .acquiring) { sched_yield() }
    }
}
