internal import LinuxSystem
internal import Synchronization

/// Ends a host, also one that nobody has any more.
final class HostEnding: Sendable {
    private struct State {
        var start: Task<Result<Void, PluginError>, Never>?
        var end: Task<Void, Never>?
    }

    private let conductor: Conductor
    private let programs: ProgramKeeper
    private let upkeep: HostUpkeep
    private let contributions: HostComponents
    private let keptEvents: KeptEvents
    private let metricsFile: MetricsFile?
    private let state = Mutex(State())

    init(
        conductor: Conductor,
        programs: ProgramKeeper,
        upkeep: HostUpkeep,
        contributions: HostComponents,
        keptEvents: KeptEvents,
        metricsFile: MetricsFile?
    ) {
        self.conductor = conductor
        self.programs = programs
        self.upkeep = upkeep
        self.contributions = contributions
        self.keptEvents = keptEvents
        self.metricsFile = metricsFile
    }

    /// Takes note of the start, which the end waits for; `nil` if there was one before.
    func notingStart(
        _ start: () -> Task<Result<Void, PluginError>, Never>
    ) -> Task<Result<Void, PluginError>, Never>? {
        state.withLock { state in
            guard state.start == nil else { return nil }
            state.start = start()
            return state.start
        }
    }

    /// Begins the end, once; whoever asks gets the same one.
    func begin() -> Task<Void, Never> {
        state.withLock { state in
            let task = state.end ?? Task { await end() }
            state.end = task
            return task
        }
    }

    /// Ends a host that nobody has any more; one that was never started has ended when this returns.
    func letGo() {
        let wasStarted = state.withLock { $0.start != nil || $0.end != nil }
        guard !wasStarted else { return _ = begin() }
        upkeep.close()
        stopLoops()
        conductor.environment.runners?.stop(until: .now)
        stopTelling()
        let isGivenBack = Monitor(false)
        conductor.environment.storage.perform { [giveBack = giveBack()] _ in
            giveBack()
            isGivenBack.withLock { $0 = true }
            isGivenBack.signal(.entry)
        }
        // Whoever has let go of it may make another one.
        _ = isGivenBack.wait(for: .entry, until: .now.advanced(by: .seconds(1))) { $0 ? true : nil }
        stopThreads()
    }

    // MARK: Steps

    private func end() async {
        let environment = conductor.environment
        let deadline = MonotonicInstant.now.advanced(by: environment.configuration.shutdownTimeout)
        /// What comes late has a moment all the same.
        func soon() -> MonotonicInstant { max(deadline, .now.advanced(by: .seconds(1))) }
        upkeep.close()
        await conductor.stop(until: deadline)
        await upkeep.tasks.waitUntilIdle(until: soon())
        // Plugins may need programs to the last.
        await stopPrograms(until: soon())
        stopLoops()
        if let runners = environment.runners {
            let end = soon()
            // A disk that hangs has nothing to do with them.
            await environment.examiners.run { runners.stop(until: end) }
        }
        // A start that goes on has nothing left to wait for but the disk, and code that hangs.
        if let start = state.withLock({ $0.start }) { _ = await Patience.value(until: soon()) { await start.value } }
        stopTelling()
        // It may lie on another disk than the state.
        _ = await Patience.value(until: soon()) { [metricsFile] in
            await environment.examiners.run { metricsFile?.close() }
        }
        let isWritten: Void? = await Patience.value(until: soon()) { [giveBack = giveBack()] in
            await environment.storage.run(giveBack)
        }
        if isWritten == nil { complain() }
        stopThreads()
    }

    private func stopPrograms(until deadline: MonotonicInstant) async {
        let limit = MonotonicInstant.now.duration(to: deadline)
        // One that is killed has a moment to end; one that is being started may hang before it can be killed.
        let patience = ProgramKeeper.patience + .seconds(1)
        let areStopped: Void? = await Patience.value(until: deadline.advanced(by: patience)) { [programs] in
            await programs.stopAll(within: limit)
        }
        guard areStopped == nil else { return }
        let message =
            "a managed program was being started, and could be neither started nor ended in the time for the host's stop"
        conductor.environment.log(LogRecord(.error, "host", message))
    }

    private func stopLoops() {
        programs.loop.stop()
        conductor.loop.stop()
    }

    private func stopTelling() {
        conductor.environment.events.finish()
        keptEvents.write()
        contributions.stop()
        conductor.environment.sharedState.finish()
    }

    private func stopThreads() {
        conductor.environment.workers.stop()
        conductor.environment.examiners.stop()
        conductor.environment.storage.stop()
        upkeep.log.close()
    }

    /// Lets the next host have the state directory; it is for the thread that writes, after all that there is to write.
    private func giveBack() -> @Sendable () -> Void {
        let (images, directory) = (conductor.environment.images, conductor.environment.directory)
        return {
            images.removeAll()
            directory.unlock()
        }
    }

    private func complain() {
        let environment = conductor.environment
        let limit = DurationText.format(environment.configuration.shutdownTimeout)
        let message =
            "the disk of \(environment.directory.path) has not taken within \(limit) (shutdownTimeout) what the host has to "
            + "write at its end: the last events and shared values may be missing there, and states as said of each plugin; the "
            + "directory stays this process's until the disk has answered"
        environment.log(LogRecord(.error, "host", message))
    }
}
