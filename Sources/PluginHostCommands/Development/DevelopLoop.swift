internal import LinuxSystem
internal import PluginHost

/// Watches sources and builds what has changed, one build at a time, the latest change winning.
final class DevelopLoop: Sendable {
    /// How long sources have to be quiet before they are built: an editor's save is several changes.
    private static let quiet = Duration.milliseconds(100)

    let packages: [DevelopedPackage]
    private let installer: ProductInstaller
    private let jobs: BuildJobs
    private let tell: @Sendable (String) -> Void
    private let changes: TreeChanges
    /// How the sources were before the first build: what is saved while it runs is not missed.
    private let before: [[String: FileStatus]]

    init(
        packages: [DevelopedPackage],
        installer: ProductInstaller,
        jobs: BuildJobs,
        tell: @escaping @Sendable (String) -> Void
    ) throws(CommandFailure) {
        self.packages = packages
        self.installer = installer
        self.jobs = jobs
        self.tell = tell
        before = packages.map { $0.sources.snapshot() }
        do throws(SystemCallError) {
            changes = try TreeChanges()
        } catch {
            throw .failed("sources can't be watched: \(error)")
        }
    }

    /// Begins to watch and to build.
    func start() {
        DetachedThread.start(name: "dev-watch") { [self] in watch() }
        DetachedThread.start(name: "dev-build") { [self] in
            while let package = jobs.next() { build(package, isFirst: false) }
        }
    }

    /// Ends both.
    func stop() {
        jobs.stop()
        changes.stop()
    }

    /// Builds and installs one package, and tells how that went.
    func build(_ index: Int, isFirst: Bool) {
        let package = packages[index]
        let start = MonotonicInstant.now
        do throws(CommandFailure) {
            let (outcome, installed) = try package.buildAndInstall(installer)
            let time = FigureText.seconds(start.duration(to: .now).inSeconds)
            switch outcome {
            case .abandoned: return
            case .built where installed.isEmpty && !isFirst: tell("built in \(time): no plugin has changed")
            case .built: tell("built in \(time)")
            case .failed(let errors):
                let count = errors == 0 ? "" : " with \(FigureText.count(errors, "error"))"
                tell("the build failed\(count) after \(time); the plugins go on as they were")
            }
        } catch {
            if let message = error.message { tell(message) }
        }
    }

    private func watch() {
        let trees = packages.map(\.sources)
        var snapshots = before
        while true {
            // Directories that were made meanwhile are watched, too.
            for tree in trees { tree.eachDirectory { changes.watch($0) } }
            for (index, tree) in trees.enumerated() {
                let snapshot = tree.snapshot()
                guard snapshot != snapshots[index] else { continue }
                snapshots[index] = snapshot
                tell("building \(packages[index].description.name)")
                jobs.request(index)
            }
            if changes.wait() == .stopped { return }
            settle: while true {
                switch changes.wait(timeout: Self.quiet) {
                case .changed: continue
                case .timedOut: break settle
                case .stopped: return
                }
            }
        }
    }
}
