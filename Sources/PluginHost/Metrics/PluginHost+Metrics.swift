internal import Glibc
internal import LinuxSystem
internal import struct FoundationEssentials.Date

extension PluginHost {
    // MARK: Metrics

    /// What the host counts and measures, as text for Prometheus and its like.
    ///
    /// Counters go on over reloads; the metrics of a plugin that is removed vanish with it.
    ///
    /// - Parameter format: How it is written; a scrape of Prometheus takes both.
    /// - Returns: The lines, the last of which ends like the others.
    public func metrics(in format: MetricsFormat = .openMetrics) async -> String {
        MetricsText(format: format).text(of: HostMetrics(figures: await figures()).families)
    }

    private func figures() async -> HostFigures {
        let status = await status()
        let (plugins, watching) = await conductor.figures()
        return HostFigures(
            status: status,
            plugins: plugins,
            watching: watching,
            handlers: eventHandlers(),
            tasks: tasks(),
            heartbeat: await heartbeat(),
            programs: await programs.all,
            runners: conductor.environment.runners?.counts,
            requests: RequestDesk.totalUnderWay,
            memory: ProcessMemory.of(getpid()),
            startTime: started
        )
    }

    // MARK: The file

    /// Begins to keep the file with metrics, if one is configured; the first one is there when this returns.
    func keepMetrics() async throws(PluginError) {
        guard let file = metricsFile else { return }
        let configuration = conductor.environment.configuration
        let limit = configuration.lifecycleTimeout
        let isWritten: Void? = await Patience.value(until: .now.advanced(by: limit)) { [weak self] in
            await self?.write(to: file)
        }
        if isWritten == nil {
            let message =
                "\(file.path): the disk has not taken the metrics in \(limit.inSeconds) s; the host goes on without them"
            conductor.environment.log(LogRecord(.error, "host", message))
        }
        var declaration = TaskDeclaration(name: "host/metrics", schedule: .every(configuration.metricsInterval))
        declaration.deadline = .seconds(60)
        declaration.missed = .skip
        try upkeep.tasks.register(
            TaskRecord(
                declaration,
                plugin: nil,
                body: .concurrent { [weak self] _ in
                    await self?.write(to: file)
                }
            )
        )
    }

    /// Writes the file on a thread that may have to wait for its disk.
    private func write(to file: MetricsFile) async {
        let text = await metrics(in: .prometheus)
        await conductor.environment.examiners.run { file.write(text) }
    }
}

extension Conductor {
    /// What is counted of all plugins, and what the watcher has done.
    fileprivate func figures() async -> ([String: HostFigures.Plugin], WatchCounters) {
        let plugins = entries.mapValues { entry in
            HostFigures.Plugin(
                latencies: entry.slot.latencies.histogram,
                reloads: entry.figures,
                requests: entry.live?.image.requestsUnderWay ?? 0
            )
        }
        return (plugins, await watcher?.counters ?? WatchCounters())
    }
}
