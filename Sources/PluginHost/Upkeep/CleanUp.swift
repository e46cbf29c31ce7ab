internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem

/// Removes what a host keeps no longer (CH-2).
///
/// Most things are pruned when others of their kind are made: snapshots, builds, crash reports beyond their number, events
/// and logs. What is left for here is what nothing new comes to: plugins that are not loaded any more, or were kept longer by
/// an earlier configuration, copies of images that nobody uses, logs beyond a number that was lowered, and old crash reports.
struct CleanUp: Sendable {
    /// What was touched more recently may belong to work that goes on.
    private static let stillness: Int64 = 3_600_000_000_000

    let conductor: Conductor
    let log: HostLog

    /// Cleans up; it blocks, and what can't be removed keeps nothing else from being removed.
    func run(now: Date = Date()) throws(PluginError) {
        let environment = conductor.environment
        let answer = Monitor<(plugins: Set<String>, images: Set<String>)?>(nil)
        let conductor = conductor
        Task {
            let used = await conductor.usedFiles()
            answer.withLock { $0 = used }
            answer.signal(.drained)
        }
        guard let used = answer.wait(for: .drained, until: .now.advanced(by: .seconds(30)), { $0 }) else {
            throw PluginError(code: .timedOut, message: "the host did not say within 30 s which files it uses")
        }
        let done = Monitor<[PluginError]?>(nil)
        // Where everything else is written as well, so that nothing is written meanwhile.
        environment.storage.perform { _ in
            var failures: [PluginError] = []
            func attempt(_ body: () throws(PluginError) -> Void) {
                do throws(PluginError) { try body() } catch { failures.append(error) }
            }
            attempt { () throws(PluginError) in
                for id in try environment.directory.knownPlugins() {
                    attempt { () throws(PluginError) in try Self.cleanStore(of: id, used.plugins, environment, now) }
                }
            }
            attempt { () throws(PluginError) in
                try Self.removeReports(from: environment.directory.fileCrashes, environment, now)
            }
            attempt { () throws(PluginError) in
                // A generation that was retired is mapped for ever, and a trace of a crash in it needs its file.
                guard let mapped = ProcessMappings.files() else { return }
                try Self.removeImages(in: environment.images.directory, but: mapped.union(used.images), now)
            }
            attempt { () throws(PluginError) in try log.removeSurplus() }
            done.withLock { $0 = failures }
            done.signal(.drained)
        }
        let failures = done.wait(for: .drained, until: .now.advanced(by: .seconds(60))) { $0 }
        guard let failures else { throw PluginError(code: .timedOut, message: "the disk took more than a minute") }
        guard let first = failures.first else { return }
        let others = failures.count > 1 ? ", and \(failures.count - 1) more failed" : ""
        throw PluginError(code: first.code, message: first.message + others)
    }

    private static func cleanStore(
        of id: String,
        _ used: Set<String>,
        _ environment: HostEnvironment,
        _ now: Date
    ) throws(PluginError) {
        let store = try environment.directory.plugin(id)
        try removeReports(from: store.crashes, environment, now)
        // Those that are loaded prune with each state that they save; one that is about to be may have a build already that
        // its journal does not know.
        guard !used.contains(id), isStill("\(environment.directory.path)/plugins/\(id)/builds", now) else { return }
        let reading = try store.loadJournal()
        // Of what a damaged journal needs nothing is known.
        guard reading.damage == nil, reading.journal.lastPath != nil else { return }
        try store.prune(keeping: reading.journal)
    }

    private static func removeReports(
        from crashes: CrashStore,
        _ environment: HostEnvironment,
        _ now: Date
    ) throws(PluginError) {
        let age = environment.configuration.crashReportAge
        if age > .zero { try crashes.removeReports(before: now.addingTimeInterval(-age.inSeconds)) }
    }

    private static func removeImages(
        in directory: String,
        but used: Set<String>,
        _ now: Date
    ) throws(PluginError) {
        do {
            for name in try Directory.namesIfThere(directory) where name.hasSuffix(".so") {
                let path = "\(directory)/\(name)"
                guard !used.contains(path), isStill(path, now) else { continue }
                try FileCalls.live.remove(path)
            }
        } catch {
            throw .storage("remove old copies from", directory, error)
        }
    }

    private static func isStill(_ path: String, _ now: Date) -> Bool {
        guard let status = (try? FileStatus.of(path, followingLinks: false)) ?? nil else { return false }
        return Int64(now.timeIntervalSince1970 * 1e9) - status.changed > stillness
    }
}

extension Conductor {
    /// The plugins that are known now, and the copies of images that they may need.
    fileprivate func usedFiles() -> (plugins: Set<String>, images: Set<String>) {
        (Set(entries.keys), Set(entries.values.compactMap { $0.live?.image.path }))
    }
}
