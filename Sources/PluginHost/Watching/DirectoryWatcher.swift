package import LinuxSystem

/// Watches directories for plugin files, through whatever happens to the directories (HR-9, HR-10).
///
/// Everything, the reports too, runs on the thread of the event loop. Events mark paths; what counts is what a look at
/// the path then shows. A directory is watched first and scanned after, so that nothing is missed in between.
package actor DirectoryWatcher {
    /// How long the first scan waits for files that somebody has open for writing.
    ///
    /// Most are let go of in a moment: a process that is being started has every descriptor of whoever starts it, until it
    /// runs its program.
    private static let patience = Duration.milliseconds(250)

    /// A directory that is to be watched, there or not.
    struct Root {
        let path: String
        var survey: WatchSurvey?
        var trouble: String?
        var needsScans = false
        var presence: Presence?
    }

    let loop: EventLoop
    let policy: WatchPolicy
    let calls: WatchCalls
    let isComplete: @Sendable (borrowing OwnedFileDescriptor) -> Bool
    let report: @Sendable (WatchReport) -> Void
    /// Is told the path of a file that is looked at and was put in place whole, and will be reported at once if it is as it seems.
    let expect: @Sendable (String) -> Void

    var roots: [Root]
    var inotify: Inotify?
    var registration: EventLoop.Registration?
    var watches = WatchSet()
    var linked = LinkedFiles()
    var budget: EventBudget
    /// The end of the second in which there were too many events.
    var flood: EventLoop.TimerID?
    var files: [String: TrackedFile] = [:]
    /// The paths of the files that were reported, by inode: a new name of such a file is a rename.
    var names: [WatchPlan.Key: String] = [:]
    /// Files that have settled while events are handled; they are reported when no event speaks against it.
    var unconfirmed: [(path: String, status: FileStatus)]?
    /// Names of directories that are watched under another name already: nothing is found by them.
    var otherNames: Set<String> = []
    /// What the watcher has done since it was started.
    package internal(set) var counters = WatchCounters()
    private(set) var isRunning = false
    /// The end of the first scan's patience; `nil` before and after it.
    private var firstScan: EventLoop.TimerID?
    private var slowTimer: EventLoop.TimerID?
    private var mounts: MountTable?
    /// Roots that changed faster than they could be surveyed, and when they are surveyed again.
    private var restless: (timer: EventLoop.TimerID, roots: Set<Int>)?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Prepares a watcher; paths that are not absolute start at the working directory.
    ///
    /// The closure that tells whether a file is complete, and the one that takes the reports, are called on the loop's
    /// thread.
    package init(
        directories: [String],
        policy: WatchPolicy,
        loop: EventLoop,
        calls: WatchCalls = .live,
        isComplete: @escaping @Sendable (borrowing OwnedFileDescriptor) -> Bool,
        expect: @escaping @Sendable (String) -> Void = { _ in },
        report: @escaping @Sendable (WatchReport) -> Void
    ) {
        var paths: [String] = []
        for path in directories.map(\.absolutePath) where !paths.contains(path) { paths.append(path) }
        roots = paths.map { Root(path: $0) }
        self.loop = loop
        self.policy = policy
        self.calls = calls
        self.isComplete = isComplete
        self.expect = expect
        self.report = report
        budget = EventBudget(eventsPerSecond: policy.maximumEventsPerSecond)
    }

    // MARK: From any thread

    /// Starts to watch; on the loop's thread, what the first scan has found has been reported when this returns.
    package nonisolated func start() {
        onLoop { $0.begin() }
    }

    /// Stops to watch; on the loop's thread, no report comes after this.
    package nonisolated func stop() {
        onLoop { $0.end() }
    }

    /// Reports a file again once it has settled, because it was no longer as reported when it was read.
    package nonisolated func doubt(_ path: String) {
        onLoop { watcher in
            watcher.files[path]?.settling.doubt()
            watcher.notice(path, .changed)
        }
    }

    private nonisolated func onLoop(_ body: @escaping @Sendable (isolated DirectoryWatcher) -> Void) {
        if loop.isCurrent { assumeIsolated(body) } else { loop.perform { self.assumeIsolated(body) } }
    }

    // MARK: On the loop's thread

    private func begin() {
        guard !isRunning else { return }
        isRunning = true
        watchMounts()
        scan(Set(roots.indices), hint: .initial)
        guard isRunning else { return }
        firstScan = loop.schedule(at: .now.advanced(by: Self.patience)) { [weak self] in
            self?.assumeIsolated { $0.endFirstScan() }
        }
        endFirstScanUnlessHeld()
    }

    /// Ends the first scan, unless there is still a file that somebody may let go of.
    func endFirstScanUnlessHeld() {
        guard firstScan != nil, !files.values.contains(where: \.settling.isHeld) else { return }
        endFirstScan()
    }

    private func endFirstScan() {
        guard let timer = firstScan else { return }
        firstScan = nil
        loop.cancel(timer)
        report(.initialScanFinished)
    }

    private func end() {
        guard isRunning else { return }
        isRunning = false
        for file in files.values { if let timer = file.timer { loop.cancel(timer.id) } }
        if let firstScan { loop.cancel(firstScan) }
        if let slowTimer { loop.cancel(slowTimer) }
        if let restless { loop.cancel(restless.timer) }
        if let flood { loop.cancel(flood) }
        if let registration { loop.cancel(registration) }
        mounts?.cancel()
        mounts = nil
        (firstScan, slowTimer, restless, flood, registration, inotify) = (nil, nil, nil, nil, nil, nil)
        watches = WatchSet()
        linked = LinkedFiles()
        files = [:]
        names = [:]
        otherNames = []
        for index in roots.indices { roots[index] = Root(path: roots[index].path) }
    }

    /// Waits for file systems that are mounted on one of the directories, or above it; without the table of mounts, only
    /// the events of the directories count.
    private func watchMounts() {
        mounts = try? MountTable(on: loop) { [weak self] in self?.assumeIsolated { $0.mountsChanged() } }
    }

    private func mountsChanged() {
        // Elsewhere something is mounted all the time.
        if watches.isOutdated { scanAll() }
    }

    /// Looks at every file, whatever the events said.
    func scanAll() {
        scan(Set(roots.indices), hint: .found)
    }

    /// Finds out what some roots consist of, watches that, and looks at each of their files.
    func scan(_ which: Set<Int>, hint: FileSettling.Hint) {
        guard isRunning, !which.isEmpty else { return }
        counters.rescans += which.count
        let namesBefore = otherNames
        let failures = survey(which)
        // What was one directory is two, or the other way round, whichever of the ways to them has changed.
        let which = otherNames == namesBefore ? which : Set(roots.indices)
        for index in which.union(failures.keys) {
            let survey = roots[index].survey
            roots[index].needsScans = failures[index] != nil || survey?.needsScans == true
            set(trouble: failures[index] ?? survey?.trouble?.message, of: index)
            appear(at: index)
        }
        // What was known and is not listed any more is looked at too: it is gone, or is about to be.
        var paths = which.reduce(into: Set<String>()) { $0.formUnion(roots[$1].survey?.files ?? []) }
        for (path, file) in files where which.contains(file.root) { paths.insert(path) }
        for path in paths.sorted() { notice(path, hint) }
        scheduleSlowScan()
    }

    /// Surveys roots until nothing has changed between the watching and the looking; the result names what failed.
    private func survey(_ which: Set<Int>) -> [Int: String] {
        var failures: [Int: String] = [:]
        for _ in 0..<5 {
            for index in which {
                roots[index].survey = WatchSurvey(of: roots[index].path, root: index, policy: policy, calls: calls)
            }
            var plan = WatchPlan()
            for root in roots { if let survey = root.survey { plan.merge(survey.plan) } }
            otherNames = plan.otherNames(of: roots.map(\.path))
            guard let inotify = openInotify(&failures) else { return failures }
            let result = watches.apply(plan, to: inotify, calls: calls)
            failures = result.failures
            guard result.mustCheck else { return failures }
        }
        surveyLater(which)
        return failures
    }

    private func surveyLater(_ which: Set<Int>) {
        if restless != nil {
            restless?.roots.formUnion(which)
            return
        }
        let time = MonotonicInstant.now.advanced(by: .milliseconds(20))
        let timer = loop.schedule(at: time) { [weak self] in self?.assumeIsolated { $0.scanRestless() } }
        restless = (timer, which)
    }

    private func scanRestless() {
        guard let which = restless?.roots else { return }
        restless = nil
        scan(which, hint: .found)
    }

    private func openInotify(_ failures: inout [Int: String]) -> Inotify? {
        if let inotify { return inotify }
        do throws(SystemCallError) {
            let opened = try Inotify()
            registration = try loop.watch(opened.number, for: .readable) { [weak self] _ in
                self?.assumeIsolated { $0.readEvents() }
            }
            inotify = opened
            return opened
        } catch {
            for (index, root) in roots.enumerated() {
                failures[index] =
                    "\(root.path) can't be watched (\(error)); it is scanned instead; raise fs.inotify.max_user_instances"
            }
            return nil
        }
    }

    private func set(trouble: String?, of index: Int) {
        guard roots[index].trouble != trouble else { return }
        roots[index].trouble = trouble
        let directory = roots[index].path
        report(trouble.map { .trouble(directory: directory, message: $0) } ?? .troubleOver(directory: directory))
    }

    private func scheduleSlowScan() {
        guard isRunning, slowTimer == nil, roots.contains(where: \.needsScans) else { return }
        let time = MonotonicInstant.now.advanced(by: policy.rescanInterval)
        slowTimer = loop.schedule(at: time) { [weak self] in self?.assumeIsolated { $0.scanSlowly() } }
    }

    private func scanSlowly() {
        slowTimer = nil
        scan(Set(roots.indices.filter { roots[$0].needsScans }), hint: .found)
        scheduleSlowScan()
    }
}
