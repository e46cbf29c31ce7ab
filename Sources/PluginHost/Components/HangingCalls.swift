internal import Synchronization

/// The calls of one component that were cut off at their deadline and still run: each keeps a thread.
final class HangingCalls: Sendable {
    /// How many may hang in a component that is called several times at once.
    static let most = 4

    private let limit: Int
    private let count = Atomic(0)

    /// Counts from none; from so many on no more are made.
    init(limit: Int) {
        self.limit = limit
    }

    /// Refuses one more call of a component in which too many hang.
    func check(_ name: String) throws(PluginError) {
        guard count.load(ordering: .relaxed) >= limit else { return }
        throw PluginError(
            code: .busy,
            message: "\(name): what was cut off at its deadline still runs; try again later"
        )
    }

    /// Takes note of a call that was given up, and later of its return.
    func note(hangs: Bool) {
        count.wrappingAdd(hangs ? 1 : -1, ordering: .relaxed)
    }
}
