internal import LinuxSystem

/// Which packages wait to be built, and what is being built; whoever stops, stops both.
final class BuildJobs: Sendable {
    private struct State: Sendable {
        var waiting: Set<Int> = []
        var building: Int?
        var process: ChildProcess?
        var isStopped = false
    }

    private let state = Monitor(State())

    /// Asks for a package to be built; a build of it that is going on is ended, since it would be out of date.
    func request(_ package: Int) {
        state.withLock { state in
            state.waiting.insert(package)
            if state.building == package { state.process?.terminate() }
        }
        state.broadcast(.entry)
    }

    /// Ends what is being built, and takes no more.
    func stop(byForce: Bool = false) {
        state.withLock { state in
            state.isStopped = true
            state.process?.terminate(byForce: byForce)
        }
        state.broadcast(.entry)
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Waits for a package that is to be built; `nil` after a stop.
    func next() -> Int? {
        let found = state.wait(for: .entry, until: nil) { state -> Int?? in
            if state.isStopped { return .some(nil) }
            guard let package = state.waiting.min() else { return nil }
            state.waiting.remove(package)
            state.building = package
            return package
        }
        return found ?? nil
    }

    /// Says which process does the work, so that it can be ended; `false` if the work is not wanted any more.
    func began(_ process: ChildProcess, for package: Int) -> Bool {
        state.withLock { state in
            state.process = process
            state.building = package
            if state.isStopped || state.waiting.contains(package) { process.terminate() }
            return !state.isStopped
        }
    }

    /// Says that the process has ended; `true` if its result is still wanted.
    func ended(_ package: Int) -> Bool {
        state.withLock { state in
            state.process = nil
            state.building = nil
            return !state.isStopped && !state.waiting.contains(package)
        }
    }
}
