internal import LinuxSystem

/// Lets the calls of one action in: all of them, or one after the other in the order in which they came.
///
/// It stays the same over reloads of the plugin, so that the order does.
final class ActionGate: Sendable {
    /// How many may wait, and how many that were cut off may still run, before the next one is refused.
    private static let mostWaiting = 64
    private static let mostHanging = 4

    private struct State {
        var isBusy = false
        var waiting: [UInt64] = []
        var nextNumber: UInt64 = 0
    }

    private let state = Monitor(State())

    /// Waits until a call may be made; so many that were cut off at their deadline still run.
    func enter(
        isParallel: Bool,
        hanging: Int,
        until deadline: MonotonicInstant,
        as name: String
    ) throws(PluginError) {
        let number: Result<UInt64?, PluginError> = state.withLock { state in
            guard hanging < (isParallel ? Self.mostHanging : 1) else {
                return .failure(.busyAction(name, "\(hanging) calls that were cut off at their deadline still run"))
            }
            guard !isParallel else { return .success(nil) }
            guard state.waiting.count < Self.mostWaiting else {
                return .failure(.busyAction(name, "\(state.waiting.count) calls wait for it already"))
            }
            state.nextNumber += 1
            state.waiting.append(state.nextNumber)
            return .success(state.nextNumber)
        }
        guard let number = try number.get() else { return }
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

extension PluginError {
    fileprivate static func busyAction(_ name: String, _ reason: String) -> PluginError {
        PluginError(code: .busy, message: "\(name): \(reason); try again later")
    }
}
