internal import CPluginABI
internal import Glibc
internal import LinuxSystem
internal import PluginHost
internal import PluginLoading

/// A real host in this process, with the plugin under check and no other.
final class TrialHost {
    /// What may be asked of the plugin's life.
    enum Move: String {
        case start
        case stop
        case pause
        case resume
        case refresh
    }

    /// What has to become of a move.
    enum Outcome {
        case done
        case refused
    }

    let progress: ProgressFile
    private let trial: Trial
    private let host: PluginHost
    private let id: String
    private let handle: PluginHandle
    private let hasState: Bool
    private let directory: String

    private init(_ trial: Trial, _ host: PluginHost, _ id: String, _ handle: PluginHandle, hasState: Bool) {
        self.trial = trial
        progress = trial.progress
        self.host = host
        self.id = id
        self.handle = handle
        self.hasState = hasState
        directory = Self.directory(trial)
    }

    private static func directory(_ trial: Trial) -> String { "\(trial.place.path)/plugins" }

    /// Runs a check against a host that is started before and stopped after it.
    static func run(
        _ trial: Trial,
        _ body: (TrialHost) async throws(CheckEnd) -> String?
    ) async throws(CheckEnd) -> String? {
        let said = try trial.descriptor()
        guard said.dependencies.isEmpty else {
            let needs = said.dependencies.joined(separator: ", ")
            throw .skipped("it depends on \(needs), and is checked alone")
        }
        let probe = try trial.running()
        let hasState = probe.hasState
        try trial.end(probe)
        var configuration = HostConfiguration(
            pluginDirectories: [directory(trial)],
            stateDirectory: "\(trial.place.path)/state"
        )
        configuration.strategy = .manual
        configuration.probation = .zero
        configuration.checkpointInterval = .zero
        configuration.healthInterval = .zero
        configuration.heartbeatInterval = .zero
        configuration.cleanUpInterval = .zero
        configuration.probesBuilds = false
        configuration.maximumAttempts = 1
        configuration.permissions = PermissionPolicy([.init(plugins: "*", grant: ["*"])])
        do throws(PluginError) {
            let settings = try JSONCoding.decode(JSONValue.self, from: Array(trial.options.settings.utf8))
            configuration.plugins[said.id] = PluginSettings(settings: settings)
        } catch {
            throw .skipped("its settings are no JSON: \(error.message)")
        }
        try install(trial, build: 0)
        trial.progress.note("a host was started with it")
        let host: PluginHost
        do throws(PluginError) {
            host = try PluginHost(configuration)
            try await host.start()
        } catch {
            throw .skipped("no host could be started in \(trial.place.path): \(error.message)")
        }
        let result: Result<String?, CheckEnd>
        do throws(CheckEnd) {
            let state = await host.status().plugins.first { $0.id == said.id }
            guard let state, state.state == "running" else {
                throw .violated("a host can't start it: \(state?.lastError ?? "it is not there")")
            }
            result = .success(
                try await body(TrialHost(trial, host, said.id, try await find(said.id, host), hasState: hasState))
            )
        } catch {
            result = .failure(error)
        }
        trial.progress.note("its host was stopped")
        await host.stop()
        return try result.get()
    }

    private static func find(_ id: String, _ host: PluginHost) async throws(CheckEnd) -> PluginHandle {
        do throws(PluginError) {
            return try await host.plugin(id)
        } catch {
            throw .violated(error.message)
        }
    }

    // MARK: Moves

    /// Makes moves, each of which has to be done or refused.
    func expect(_ outcome: Outcome, _ moves: [Move], in states: String) async throws(CheckEnd) {
        for move in moves {
            progress.note("a host was told to \(move.rawValue) it")
            let result: LifecycleResult
            do throws(PluginError) {
                result = try await perform(move)
            } catch {
                throw .violated("\(move.rawValue), while it was \(states): \(error.message)")
            }
            switch outcome {
            case .done where !result.success:
                throw .violated(
                    "\(move.rawValue), while it was \(states), failed: \(result.error ?? "no reason given")"
                )
            case .refused where result.success:
                throw .violated("\(move.rawValue), while it was \(states), was not refused")
            case .refused where result.code != PluginError.Code.illegalTransition.name || result.state != states:
                throw .violated(
                    "\(move.rawValue), while it was \(states), was refused as \(result.code ?? "nothing"), and it is "
                        + "\(result.state) now: \(result.error ?? "")"
                )
            default: break
            }
        }
    }

    private func perform(_ move: Move) async throws(PluginError) -> LifecycleResult {
        switch move {
        case .start: try await host.startPlugin(id)
        case .stop: try await host.stopPlugin(id)
        case .pause: try await host.pausePlugin(id)
        case .resume: try await host.resumePlugin(id)
        case .refresh: try await host.refreshPlugin(id)
        }
    }

    /// Calls it, and sees that it answers.
    func expectAnswer() throws(CheckEnd) {
        if let fault = TrialCallers.fault(in: trial.options.calls, handle, turn: 0) { throw .violated(fault) }
    }

    // MARK: Reloading

    /// Puts another build of the same file in place: what follows the last section is never mapped.
    private static func install(_ trial: Trial, build: Int) throws(CheckEnd) {
        let path = "\(directory(trial))/libchecked.so"
        do throws(SystemCallError) {
            try Directory.make(directory(trial))
            let bytes = trial.image.bytes + Array("build \(build)".utf8)
            try AtomicFile.replace(path, with: bytes, mode: 0o700)
        } catch {
            throw .skipped("no copy of the file could be written to \(path): \(error); name another place in TMPDIR")
        }
    }

    /// Reloads it as another build.
    func reload(build: Int) async throws(CheckEnd) {
        try Self.install(trial, build: build)
        guard let result = await host.reload([id]).first else {
            throw .violated("there is no result of reload \(build)")
        }
        guard result.success, !result.unchanged else {
            throw .violated("reload \(build) failed: \(result.error ?? "the new build was not seen")")
        }
        guard result.statePreserved || !hasState else { throw .violated("its state was lost at reload \(build)") }
    }

    /// Calls it from threads, until that is ended.
    func beginCalls(threads: Int) throws(CheckEnd) -> TrialCallers {
        TrialCallers(handle, trial.options.calls, threads: threads)
    }
}
