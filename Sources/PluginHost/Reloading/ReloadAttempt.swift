internal import LinuxSystem
internal import Synchronization

/// One attempt at one build, from the bytes to the switch, on a worker thread.
///
/// The host watches it from outside: a plugin whose code never returns is given up, wherever it hangs.
final class ReloadAttempt: Sendable {
    /// How an attempt ended.
    enum Ending: Sendable {
        /// Somebody is writing to the file.
        case unfinished
        case unchanged
        case quarantined
        case renamed(plugin: String, path: String)
        /// The file is another plugin than was thought, or one that was not known.
        case stranger(any PluginImage)
        case failed(PluginError)
        /// Another one failed that was to switch together with this one; nothing is wrong with it.
        case heldBack(PluginError)
        case switched(ReloadTransaction.Outcome)
    }

    /// What the host learns from an attempt.
    struct Report: Sendable {
        var ending: Ending
        var policy: AttemptPolicy
        var build: BuildName?
        /// The event that has told of the beginning, if one has.
        var beginning: PluginEvent?
        /// The image that was mapped, whether it serves or not.
        var image: (any PluginImage)?
        var phases: [ReloadResult.Phase] = []
        var hold = Duration.zero
        /// The generation that serves has died of the attempt, which says nothing of the build.
        var hasLostPrevious = false
    }

    /// What the attempt is made with.
    struct Inputs: Sendable {
        var plugin: String
        var policy: AttemptPolicy
        /// Obtains the image; is given a closure that takes the build as soon as it is known.
        var obtain: @Sendable (_ learn: (BuildName) -> Void) throws(PluginError) -> ImagePreparation.Finding
        /// Makes the plan for an image; `nil` if the image is another plugin.
        var plan: @Sendable (any PluginImage) throws(PluginError) -> ReloadTransaction.Plan?
        /// Tells that a new build is being put in place, and which attempt it is; `nil` if that is not told.
        var started: (@Sendable (_ attempt: Int) -> PluginEvent)?
        /// How long the image may take.
        var limit: Duration
        /// How long to leave alone what has no deadline yet.
        var lookInterval: Duration
    }

    private struct Watched {
        var report: Report
        var deadline: MonotonicInstant?
        var transaction: ReloadTransaction?
        /// The host has gone on without this attempt: what comes late must change nothing.
        var isAbandoned = false
    }

    let inputs: Inputs
    private let watched: Mutex<Watched>

    init(_ inputs: Inputs) {
        self.inputs = inputs
        watched = Mutex(
            Watched(
                report: Report(ending: .unchanged, policy: inputs.policy)
            )
        )
    }

    // MARK: On the worker

    /// Runs the attempt to its end.
    func run() -> Report {
        // What comes now needs the name; here nobody waits for it, as the calls go on already.
        defer { nameBuild() }
        guard let transaction = begin() else { return outcome }
        do throws(PluginError) {
            return end(.switched(try transaction.run()))
        } catch {
            return end(.failed(error))
        }
    }

    /// Makes the name of the build, which may take a while.
    func nameBuild() {
        let report = outcome
        _ = (report.image?.build ?? report.build)?.digest
    }

    /// Obtains the image and plans what is to be done with it; `nil` if the attempt has ended with that.
    func begin() -> ReloadTransaction? {
        let began = MonotonicInstant.now
        watched.withLock { $0.deadline = began.advanced(by: inputs.limit) }
        do throws(PluginError) {
            let preparation = try inputs.obtain { build in
                watched.withLock { watched in
                    watched.report.build = build
                    let attempt = watched.report.policy.attempt(at: build)
                    // The end of what was given up has been told.
                    if !watched.isAbandoned { watched.report.beginning = inputs.started?(attempt) }
                }
            }
            let isAbandoned = watched.withLock { watched in
                watched.deadline = nil
                watched.report.phases = [.init(name: "load-image", seconds: began.duration(to: .now).inSeconds)]
                return watched.isAbandoned
            }
            if isAbandoned { throw PluginError(code: .timedOut, message: "the attempt was given up") }
            switch preparation {
            case .unfinished: _ = end(.unfinished)
            case .unchanged: _ = end(.unchanged)
            case .quarantined: _ = end(.quarantined)
            case .renamed(let plugin, let path): _ = end(.renamed(plugin: plugin, path: path))
            case .ready(let image):
                watched.withLock { $0.report.image = image }
                guard let plan = try inputs.plan(image) else {
                    _ = end(.stranger(image))
                    return nil
                }
                let transaction = ReloadTransaction(plan)
                watched.withLock { $0.transaction = transaction }
                return transaction
            }
        } catch {
            _ = end(.failed(error))
        }
        return nil
    }

    /// Ends the attempt.
    func end(_ ending: Ending) -> Report {
        watched.withLock { watched in
            watched.deadline = nil
            // Bytes that could not even be judged are an attempt at whatever they are.
            if case .failed = ending, watched.report.build == nil { _ = watched.report.policy.attempt(at: nil) }
        }
        return report(ending)
    }

    /// How it has ended so far.
    var outcome: Report { watched.withLock { $0.report } }

    // MARK: From outside

    /// When to look next whether the attempt hangs.
    var nextLook: MonotonicInstant {
        let (deadline, transaction) = watched.withLock { ($0.deadline, $0.transaction) }
        return deadline ?? transaction?.report.deadline ?? .now.advanced(by: inputs.lookInterval)
    }

    /// Gives the attempt up if its step has taken too long; `nil` if it has not.
    ///
    /// With force it is given up in any case, unless it has switched.
    func abandonIfOverdue(
        force: Bool = false,
        resume: (@escaping @Sendable () -> Void) -> Void
    ) -> Report? {
        if let transaction = watched.withLock({ $0.transaction }) {
            guard let abandonment = transaction.abandonIfOverdue(force: force, resume: resume) else { return nil }
            guard let outcome = abandonment.outcome else { return report(.failed(abandonment.error)) }
            transaction.plan.warn("the old generation could not be ended: \(abandonment.error.message)")
            return report(.switched(outcome))
        }
        let isOverdue = watched.withLock { watched in
            guard force || watched.deadline.map({ $0 <= .now }) == true else { return false }
            watched.isAbandoned = true
            return true
        }
        guard isOverdue else { return nil }
        let error = PluginError(
            code: .timedOut,
            message: "loading the image did not return within \(inputs.limit.inSeconds) s; its thread was given up"
        )
        return report(.failed(error))
    }

    private func report(_ ending: Ending) -> Report {
        watched.withLock { watched in
            watched.report.ending = ending
            if let progress = watched.transaction?.report {
                watched.report.phases += progress.phases
                watched.report.hold = progress.hold
                watched.report.hasLostPrevious = watched.transaction?.hasLostPrevious == true
            }
            return watched.report
        }
    }
}
