import Synchronization

/// Threads that make calls, one after the other, until they are stopped.
final class Callers: Sendable {
    private final class Stop: Sendable {
        let isOver = Atomic(false)
    }

    private let stop = Stop()
    private let threads: [OnThread<Int>]

    init(count: Int, _ call: @escaping @Sendable () throws -> Void) {
        let stop = stop
        threads = (0..<count).map { _ in
            OnThread {
                var calls = 0
                while !stop.isOver.load(ordering: .relaxed) {
                    try call()
                    calls += 1
                }
                return calls
            }
        }
    }

    /// How many calls were made, each of them well.
    func end() async throws -> Int {
        stop.isOver.store(true, ordering: .relaxed)
        var calls = 0
        for thread in threads { calls += try await thread.value }
        return calls
    }
}
