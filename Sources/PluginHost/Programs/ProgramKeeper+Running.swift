internal import LinuxSystem

extension ProgramKeeper {
    /// How long somebody waits for a process that was killed.
    static let patience = Duration.seconds(5)

    /// Starts the process of a program whose state is `starting`, perhaps once more.
    func launch(_ program: ManagedProgram, isRestart: Bool = false) async throws(PluginError) {
        let (id, settings) = (program.id, program.settings)
        program.isLaunching = true
        let started = await SpawnThread.runWaiting {
            Result { () throws(PluginError) in try settings.start(id: id) }
        }
        program.isLaunching = false
        let process = try started.get()
        do throws(SystemCallError) {
            program.endWatch = try process.watchEnd(on: loop) { [weak self] in
                self?.here { $0.lookAtEnd(of: id, process) }
            }
            program.outputWatch = try process.output?.watch(on: loop) { [weak self] in
                self?.here { $0.readOutput(of: id, process) }
            }
        } catch {
            cancelWatches(of: program)
            throw PluginError(code: .exhausted, message: "\(id): its process can't be watched: \(error)")
        }
        program.process = process
        program.hasRun = true
        if isRestart { program.restarts += 1 }
        program.started = .now
        program.policy.didStart(at: .now)
        if program.state == .stopping {
            end(program, process, within: program.stopLimit)
        } else {
            move(program, to: .running)
        }
    }

    /// Takes a program from one state to another, and says so.
    func move(_ program: ManagedProgram, to state: ProgramState, reason: String? = nil) {
        guard program.state != state else { return }
        var event = PluginEvent(.programStateChanged)
        event.program = program.id
        (event.old, event.new) = (program.state.rawValue, state.rawValue)
        event.reason = reason
        program.state = state
        events.send(event)
        guard !state.isActive else { return }
        let waiters = program.waiters
        program.waiters = []
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Ending

    /// Asks an active program to end within a time; nothing in here waits.
    func beginStop(_ program: ManagedProgram, within limit: Duration) {
        let limit = min(limit, program.settings.stopTimeout)
        switch program.state {
        case .starting where !program.isLaunching:
            // It only waits for its restart.
            cancelTimer(of: program)
            move(program, to: .stopped)
        case .starting, .running:
            program.stopLimit = limit
            move(program, to: .stopping)
            if let process = program.process { end(program, process, within: limit) }
        case .stopping:
            // Only ever sooner; one that has outlived its end is killed once more.
            guard limit < program.stopLimit || program.timer == nil else { return }
            program.stopLimit = min(limit, program.stopLimit)
            if let process = program.process { end(program, process, within: program.stopLimit) }
        case .stopped, .crashed, .unknown: break
        }
    }

    private func end(_ program: ManagedProgram, _ process: ChildProcess, within limit: Duration) {
        cancelTimer(of: program)
        guard limit > .zero else { return kill(program, process) }
        process.terminate()
        let id = program.id
        program.timer = schedule(after: limit) { keeper in
            guard let program = keeper.program(id), program.process === process else { return }
            let limit = DurationText.format(limit)
            keeper.log(LogRecord(.warning, program.name, "it did not end within \(limit), and is killed"))
            keeper.kill(program, process)
        }
    }

    private func kill(_ program: ManagedProgram, _ process: ChildProcess) {
        process.terminate(byForce: true)
        program.stopLimit = .zero
        let id = program.id
        program.timer = schedule(after: Self.patience) { keeper in
            guard let program = keeper.program(id), program.process === process else { return }
            program.timer = nil
            // Those who wait are told; the process is still looked after.
            let waiters = program.waiters
            program.waiters = []
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Looks whether a program has ended, and decides what comes next.
    private func lookAtEnd(of id: String, _ process: ChildProcess) {
        guard let program = program(id), program.process === process else { return }
        let end: ChildProcess.End
        do throws(SystemCallError) {
            guard let found = try process.endIfEnded() else { return }
            end = found
        } catch {
            end = .unknown
        }
        cancelTimer(of: program)
        readRest(of: program, process)
        cancelWatches(of: program)
        program.process = nil
        program.started = nil
        let reason = "\(end)"
        program.lastEnd = reason
        switch end {
        case _ where program.state == .stopping: move(program, to: .stopped, reason: reason)
        case .unknown: move(program, to: .unknown, reason: reason)
        case .exited(0): move(program, to: .stopped, reason: reason)
        case .exited, .signalled: fail(program, reason, isRestarted: true)
        }
    }

    /// Decides what comes after a failure: another start, or none.
    func fail(_ program: ManagedProgram, _ reason: String, isRestarted: Bool) {
        guard program.state != .stopping, phase != .closing else { return move(program, to: .stopped, reason: reason) }
        guard isRestarted, program.settings.restartsAutomatically else {
            program.lastError = reason
            return move(program, to: .crashed, reason: reason)
        }
        switch program.policy.didEnd(at: .now, random: .random(in: 0..<1)) {
        case .giveUp(let limit):
            program.lastError = "\(reason); \(limit)"
            move(program, to: .crashed, reason: program.lastError)
        case .restart(let delay):
            program.lastError = reason
            move(program, to: .starting, reason: reason)
            let id = program.id
            program.timer = schedule(after: delay) { keeper in
                guard let program = keeper.program(id), program.state == .starting else { return }
                program.timer = nil
                Task { await keeper.launchAgain(id) }
            }
        }
    }

    private func launchAgain(_ id: String) async {
        guard let program = program(id), program.state == .starting, program.process == nil, !program.isLaunching
        else { return }
        do throws(PluginError) {
            try await launch(program, isRestart: program.hasRun)
        } catch {
            fail(program, error.message, isRestarted: true)
        }
    }

    // MARK: Timers

    func schedule(
        after duration: Duration,
        _ body: @escaping @Sendable (isolated ProgramKeeper) -> Void
    ) -> EventLoop.TimerID {
        loop.schedule(at: .now.advanced(by: duration)) { [weak self] in
            self?.here(body)
        }
    }

    private func cancelTimer(of program: ManagedProgram) {
        if let timer = program.timer { loop.cancel(timer) }
        program.timer = nil
    }

    private func cancelWatches(of program: ManagedProgram) {
        for watch in [program.endWatch, program.outputWatch] { if let watch { loop.cancel(watch) } }
        (program.endWatch, program.outputWatch) = (nil, nil)
    }
}
