internal import LinuxSystem

/// Lets the calls of one action in: all of them, or one after the other in the order in which they came.
///
/// It stays the same over reloads of the plugin, so that the order does.
final class ActionGate: Sendable {
    /// How many may wait before the next one is refused.
    private static let mostWaiting = 64

    private struct State {
        var isBusy = false
        var waiting: [UInt64] = []
        var nextNumber: UInt64 = 0
    }

    private let state = Monitor(State())

    /// Waits until a call may be made.
    func enter(isParallel: Bool, until deadline: MonotonicInstant, as name: String) throws(PluginError) {
        guard !isParallel else { return }
        let number = state.withLock { state -> UInt64? in
            guard state.waiting.count < Self.mostWaiting else { return nil }
            state.nextNumber += 1
            state.waiting.append(state.nextNumber)
            return state.nextNumber
        }
        guard let number else {
            throw PluginError(
                code: .busy,
                message: "\(name): \(Self.mostWaiting) calls wait for it already; try again later"
            )
        }
        let isIn = state.wait(for: .entry, until: deadline) { state in
            guard !state.isBusy, state.waiting.first == number else { return Bool?.none }
            state.isBusy = true
            state.waiting.removeFirst()
            return true
        }
        guard isIn != true else { return }
        state.withLock { $0.waiting.removeAll { $0 == number } }
        state.broadcast(.entry)
        throw PluginError(
            code: .timedOut,
            message: "\(name): the deadline passed while other calls of it were made, one at a time"
        )
    }

    /// Lets the next call in.
    func leave(isParallel: Bool) {
        guard !isParallel else { return }
        state.withLock { $0.isBusy = false }
        state.broadcast(.entry)
    }
}
