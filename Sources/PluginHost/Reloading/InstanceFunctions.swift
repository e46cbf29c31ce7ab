internal import Synchronization

/// The functions of an instance that are under way, of which the host may have given some up: nobody ends the instance meanwhile.
///
/// If it is to be ended nevertheless, that is left to the thread of the last one, should it ever come back. Calls and visits
/// are not among them; the lane counts those.
final class InstanceFunctions: Sendable {
    /// What a function finds when it returns.
    enum Return: Equatable {
        case inTime
        /// Nobody waits for it any more.
        case late
        /// The instance is to be ended, by the function's thread.
        case last(isRunning: Bool)
    }

    private struct State {
        var begun = 0
        var underWay: Set<Int> = []
        var givenUp: Set<Int> = []
        /// Which of those that have returned was called last, and whether the instance runs after it.
        var latest = 0
        var isRunning: Bool?
        var isLeft = false
    }

    private let state = Mutex(State())

    /// Whether all have returned.
    var haveReturned: Bool { state.withLock { $0.underWay.isEmpty } }

    /// Takes note that a function is called, and gives it a number.
    func begin() -> Int {
        state.withLock { state in
            state.begun += 1
            state.underWay.insert(state.begun)
            return state.begun
        }
    }

    /// Takes note that a function has returned, and whether the instance runs after it.
    func returns(_ function: Int, isRunning: Bool) -> Return {
        state.withLock { state in
            state.underWay.remove(function)
            let isLate = state.givenUp.remove(function) != nil
            if function > state.latest { (state.latest, state.isRunning) = (function, isRunning) }
            guard state.isLeft, state.underWay.isEmpty else { return isLate ? .late : .inTime }
            return .last(isRunning: state.isRunning ?? isRunning)
        }
    }

    /// Takes note that nobody waits for a function any more; `false` if it has returned just now.
    func giveUp(_ function: Int) -> Bool {
        state.withLock { state in
            guard state.underWay.contains(function) else { return false }
            state.givenUp.insert(function)
            return true
        }
    }

    /// Whether the instance runs, which is to be ended now; `nil` if that is left to the last one under way.
    func leave(isRunning: Bool) -> Bool? {
        state.withLock { state in
            guard state.underWay.isEmpty else {
                state.isLeft = true
                return nil
            }
            return state.isRunning ?? isRunning
        }
    }
}
