internal import LinuxSystem

/// Starts the host's managed programs, looks after them, and ends them (PM-1 to PM-4).
///
/// It runs on the thread of an event loop, where the ends of the programs and what they print arrive.
actor ProgramKeeper {
    enum Phase {
        case idle
        case running
        case closing
    }

    nonisolated let loop: EventLoop
    let events: EventBus
    let log: @Sendable (LogRecord) -> Void
    var phase = Phase.idle
    private var programs: [String: ManagedProgram]

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(
        _ settings: [String: ProgramSettings],
        loop: EventLoop,
        events: EventBus,
        log: @escaping @Sendable (LogRecord) -> Void
    ) {
        self.loop = loop
        self.events = events
        self.log = log
        programs = Dictionary(
            uniqueKeysWithValues: settings.map { ($0.key, ManagedProgram(id: $0.key, settings: $0.value)) }
        )
    }

    /// Runs a body here, from a handler on the loop's thread.
    nonisolated func here(_ body: @escaping @Sendable (isolated ProgramKeeper) -> Void) {
        assumeIsolated { keeper in body(keeper) }
    }

    // MARK: The host's life

    /// Starts the programs that are to be started with the host; one that can't be is logged, and crashed.
    func startAll() async {
        guard phase == .idle else { return }
        phase = .running
        for id in programs.keys.sorted() where programs[id]?.settings.startsAutomatically == true {
            // The host may be stopped meanwhile.
            guard phase == .running else { return }
            do throws(PluginError) {
                _ = try await start(id)
            } catch {
                // Somebody was faster by command; all else is news.
                if error.code != .illegalTransition { log(LogRecord(.error, name(of: id), error.message)) }
            }
        }
    }

    /// Ends all programs, each in its own time but none after the limit, and takes no more.
    func stopAll(within limit: Duration) async {
        phase = .closing
        for program in programs.values where program.state.isActive { beginStop(program, within: limit) }
        for program in programs.values { await waitForEnd(of: program) }
    }

    // MARK: Asking

    var all: [ProgramStatus] { programs.values.map(\.status).sorted { $0.id < $1.id } }

    var summary: ProgramSummary { ProgramSummary(all, isMonitoring: phase == .running) }

    // MARK: By command

    /// Starts a program that does not run.
    func start(_ id: String, isRestart: Bool = false) async throws(PluginError) -> ProgramStatus {
        let program = try find(id)
        try demandPhase()
        guard !program.state.isActive else {
            let process = program.process.map { ", as process \($0.processID)" } ?? ""
            throw PluginError(code: .illegalTransition, message: "\(id) is \(program.state.rawValue) already\(process)")
        }
        program.policy.reset()
        program.lastError = nil
        move(program, to: .starting)
        do throws(PluginError) {
            try await launch(program, isRestart: isRestart)
        } catch {
            fail(program, error.message, isRestarted: false)
            throw error
        }
        return program.status
    }

    /// Ends a program: gracefully, and by force when its time has passed; or by force at once.
    func stop(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus {
        let program = try find(id)
        if program.state.isActive { beginStop(program, within: atOnce ? .zero : program.settings.stopTimeout) }
        await waitForEnd(of: program)
        if let process = program.process, program.state == .stopping {
            throw PluginError(
                code: .timedOut,
                message: "\(id): process \(process.processID) was killed and has not ended; the kernel keeps it "
                    + "waiting, perhaps for a disk or a file server"
            )
        }
        return program.status
    }

    /// Ends a program if it runs, and starts it with what it was configured with.
    func restart(_ id: String, atOnce: Bool) async throws(PluginError) -> ProgramStatus {
        let program = try find(id)
        try demandPhase()
        _ = try await stop(id, atOnce: atOnce)
        return try await start(id, isRestart: program.hasRun)
    }

    // MARK: Helpers

    func program(_ id: String) -> ManagedProgram? { programs[id] }

    private func name(of id: String) -> String { programs[id]?.name ?? id }

    private func find(_ id: String) throws(PluginError) -> ManagedProgram {
        if let program = programs[id] { return program }
        let known = programs.keys.sorted().joined(separator: ", ")
        let fact = known.isEmpty ? "the configuration has none under 'processes'" : "there are \(known)"
        throw PluginError(code: .notFound, message: "there is no managed program \(id); \(fact)")
    }

    private func demandPhase() throws(PluginError) {
        switch phase {
        case .running: break
        case .idle: throw PluginError(code: .illegalTransition, message: "the host was not started yet")
        case .closing: throw PluginError(code: .shuttingDown, message: "the host is stopping")
        }
    }

    private func waitForEnd(of program: ManagedProgram) async {
        guard program.state.isActive, program.state != .running else { return }
        await withCheckedContinuation { program.waiters.append($0) }
    }
}
