internal import LinuxSystem

extension Conductor {
    /// Takes note of the crash that ended the host before this one; nothing has been loaded yet.
    func takeNote(of crash: HostCrash) async {
        guard let stay = crash.suspect, let build = stay.build else {
            return environment.log(LogRecord(.error, "host", "before this start: \(crash.message)"))
        }
        let quarantine = PluginStatus.Quarantine(
            reason: Self.reason(crash, stay),
            build: build,
            time: crash.time,
            code: PluginError.Code.crashed.name
        )
        guard let id = stay.plugin ?? stay.path.flatMap({ known[$0]?.id }) else {
            if let path = stay.path { await setAside(path, quarantine, crash.report(of: stay, plugin: path.lastName)) }
            return
        }
        guard let history = await history(of: id, at: stay.path) else { return }
        var judged = history.journal
        judged.crashed(build, at: crash.time)
        let verdict = CrashVerdict(
            stay,
            judged.crashes ?? CrashHistory(),
            time: crash.time,
            isolationLimit: configuration.crashesBeforeIsolation,
            rollsBack: configuration.rollsBackAutomatically
        )
        let moves = verdict.belongsInProcess && environment.runners?.isUsable == true
        let report = crash.report(of: stay, plugin: id)
        let written = await environment.storage.run { () -> Result<Void, PluginError> in
            Result { () throws(PluginError) in
                try history.update { journal in
                    journal.crashed(build, at: crash.time)
                    if moves { journal.isolation = Isolation.process.description }
                    if journal.lastPath == nil { journal.lastPath = stay.path }
                    guard verdict.isSetAside else { return }
                    journal.setAside(quarantine)
                    journal.distrust(build)
                }
                try history.store.crashes.save(report)
            }
        }
        if case .failure(let error) = written { environment.warn(id, error.message) }
        announce(crash, stay, verdict, moves, id)
    }

    /// Sets the build in a file aside that never said which plugin it is.
    private func setAside(_ path: String, _ quarantine: PluginStatus.Quarantine, _ report: CrashReport) async {
        crashedFiles[path] = quarantine
        let (directory, files) = (environment.directory, crashedFiles)
        let written = await environment.storage.run { () -> Result<Void, PluginError> in
            Result { () throws(PluginError) in
                try directory.crashedFiles.save(files)
                try directory.save(report)
            }
        }
        if case .failure(let error) = written { environment.warn(report.plugin, error.message) }
        announce("\(quarantine.reason); the build is set aside", PluginEvent(.error, path: path), report.plugin)
    }

    private static func reason(_ crash: HostCrash, _ stay: HostCrash.Stay) -> String {
        "it crashed the host: \(crash.end) in \(stay.text)"
    }

    /// What is kept of the plugin, also of one that has never served.
    private func history(of id: String, at path: String?) async -> PluginHistory? {
        if let history = known.values.first(where: { $0.id == id })?.history { return history }
        switch await openHistory(of: id) {
        case .success(let history):
            if let path { known[path] = (id, history) }
            return history
        case .failure(let error):
            environment.warn(id, error.message)
            return nil
        }
    }

    private func announce(
        _ crash: HostCrash,
        _ stay: HostCrash.Stay,
        _ verdict: CrashVerdict,
        _ moves: Bool,
        _ id: String
    ) {
        let fate =
            verdict.isSetAside
            ? "the build is set aside" : "it gets another chance; a second crash within an hour sets the build aside"
        var message = "\(Self.reason(crash, stay)); \(fate)"
        if verdict.belongsInProcess {
            let consequence = moves ? "runs in a process of its own from now on" : "belongs in a process of its own"
            message += "; it has crashed the host \(verdict.count) times and \(consequence)"
            if moves { message += "; 'plugin-host isolate \(id) in-process' brings it back" }
        }
        let generation = stay.generation == 0 ? nil : stay.generation
        announce(message, PluginEvent(.error, plugin: id, generation: generation, path: stay.path), id)
    }

    private func announce(_ message: String, _ event: PluginEvent, _ name: String) {
        var event = event
        event.error = message
        environment.events.send(event)
        environment.log(LogRecord(.error, name, message))
    }
}
