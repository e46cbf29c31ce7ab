internal import Synchronization

/// A function of an instance that the host waits for no more: nobody touches the instance while it is under way.
///
/// If the instance is to be ended meanwhile, that is left to the function's thread, should it ever come back.
final class Hang: Sendable {
    /// What a function finds when it returns.
    enum Return: Equatable {
        case inTime
        /// Nobody waits for it any more; the instance is as it was.
        case late
        /// The instance is to be ended, by the function's thread.
        case last(isRunning: Bool)
    }

    private struct State {
        var hasReturned = false
        /// Whether the instance runs, as far as the function has told.
        var isRunning = false
        /// Whether it runs after another function that was called meanwhile, whose word counts.
        var isRunningLater: Bool?
        var isGivenUp = false
        var isLeft = false
    }

    private let state = Mutex(State())

    var hasReturned: Bool { state.withLock { $0.hasReturned } }

    /// Takes note that the function has returned.
    func returns(isRunning: Bool) -> Return {
        state.withLock { state in
            (state.hasReturned, state.isRunning) = (true, state.isRunningLater ?? isRunning)
            return state.isLeft ? .last(isRunning: state.isRunning) : state.isGivenUp ? .late : .inTime
        }
    }

    /// Takes note that another function of the instance has been called since, and whether the instance runs after it.
    func isOutlived(isRunning: Bool) {
        state.withLock { ($0.isRunning, $0.isRunningLater) = (isRunning, isRunning) }
    }

    /// Takes note that nobody waits for the function any more; `false` if it has returned just now.
    func giveUp() -> Bool {
        state.withLock { state in
            state.isGivenUp = true
            return !state.hasReturned
        }
    }

    /// Whether the instance runs, which is to be ended now; `nil` if that is left to the function's thread.
    func leave() -> Bool? {
        state.withLock { state in
            guard !state.hasReturned else { return state.isRunning }
            state.isLeft = true
            return nil
        }
    }
}
