internal import LinuxSystem
internal import Synchronization

/// Attempts at several plugins as one transaction: all switch, or none does.
///
/// All new generations are made first. Then calls are held, of dependents before what they need, so that what is in
/// flight can end; states move, and all new generations start; only then does any of them serve.
final class GroupAttempt: Sendable {
    private struct State {
        var hasSwitched = false
        var isAbandoned = false
        /// Those that serve, and whose generations before have not been ended.
        var unreleased: [ReloadTransaction] = []
    }

    /// What a plugin needs comes before it.
    private let attempts: [ReloadAttempt]
    /// What the new generations may depend on: those that serve, and each other.
    private let providers: Providers
    private let state = Mutex(State())

    init(_ attempts: [ReloadAttempt], providers: Providers) {
        self.attempts = attempts
        self.providers = providers
    }

    // MARK: On the worker

    /// Runs all to their end, and reports on each.
    func run() -> [ReloadAttempt.Report] {
        var members: [(attempt: ReloadAttempt, transaction: ReloadTransaction)] = []
        for attempt in attempts {
            if let transaction = attempt.begin() {
                providers.add(
                    transaction.plan.image.descriptor,
                    isStarted: transaction.plan.startsAutomatically
                )
                members.append((attempt, transaction))
            } else if let reason = Self.obstacle(attempt) {
                return holdBack(because: reason, failed: attempt)
            }
        }
        var current = 0
        do throws(PluginError) {
            for (index, member) in members.enumerated() {
                current = index
                try member.transaction.prepare()
            }
            for (index, member) in members.enumerated().reversed() {
                current = index
                try member.transaction.hold()
            }
            for (index, member) in members.enumerated() {
                current = index
                try member.transaction.move()
            }
            try decide()
            for member in members { try member.transaction.check() }
        } catch {
            for member in members.reversed() { member.transaction.undo(after: error) }
            guard members.indices.contains(current) else { return attempts.map(\.outcome) }
            _ = members[current].attempt.end(.failed(error))
            return holdBack(because: error.message, failed: members[current].attempt)
        }
        for member in members { _ = member.attempt.end(.switched(member.transaction.commit())) }
        state.withLock { $0.unreleased = members.map(\.transaction) }
        while let transaction = state.withLock({ $0.unreleased.popLast() }) { transaction.release() }
        for attempt in attempts { attempt.nameBuild() }
        return attempts.map(\.outcome)
    }

    /// Decides that all serve, unless they were given up before.
    private func decide() throws(PluginError) {
        let decided = state.withLock { state in
            state.hasSwitched = !state.isAbandoned
            return state.hasSwitched
        }
        guard decided else { throw PluginError(code: .timedOut, message: "the reload was given up") }
    }

    /// Ends those that are well, and have not ended, without a switch.
    private func holdBack(because reason: String, failed: ReloadAttempt) -> [ReloadAttempt.Report] {
        let error = PluginError(
            code: .heldBack,
            message:
                "nothing was switched, because one of the plugins that were to be reloaded together failed: \(reason)"
        )
        return attempts.map { attempt in
            if attempt === failed { return attempt.outcome }
            if case .unchanged = attempt.outcome.ending, attempt.outcome.image == nil, attempt.outcome.build != nil {
                return attempt.outcome
            }
            return attempt.end(.heldBack(error))
        }
    }

    /// Why an attempt that has ended early keeps the others from switching; `nil` if it does not.
    private static func obstacle(_ attempt: ReloadAttempt) -> String? {
        let id = attempt.inputs.plugin
        return switch attempt.outcome.ending {
        case .unchanged, .switched: nil
        case .unfinished: "the file of \(id) is still being written"
        case .quarantined: "the build of \(id) is set aside; 'plugin-host quarantine clear \(id)' has it tried again"
        case .renamed(let plugin, _): "the file of \(id) is that of \(plugin) now"
        case .stranger(let image): "\(image.source) is another plugin now, \(image.descriptor.id)"
        case .failed(let error), .heldBack(let error): error.message
        }
    }

    // MARK: From outside

    /// When to look next whether a step hangs.
    var nextLook: MonotonicInstant {
        attempts.map(\.nextLook).min() ?? .now.advanced(by: .seconds(1))
    }

    /// Gives all up if a step of one has taken too long; `nil` if none has.
    func abandonIfOverdue(resume: (@escaping @Sendable () -> Void) -> Void) -> [ReloadAttempt.Report]? {
        guard let index = attempts.firstIndex(where: { $0.nextLook <= .now }),
            let overdue = attempts[index].abandonIfOverdue(resume: resume)
        else { return nil }
        let (hasSwitched, unreleased) = state.withLock { state in
            defer { (state.isAbandoned, state.unreleased) = (true, []) }
            return (state.hasSwitched, state.unreleased)
        }
        // The end of one old generation hangs, which must not save those of the others.
        for transaction in unreleased.reversed() { resume { transaction.release() } }
        let error = PluginError(
            code: .heldBack,
            message:
                "nothing was switched, because one of the plugins that were to be reloaded together hangs: "
                + attempts[index].inputs.plugin
        )
        return attempts.enumerated().map { place, attempt in
            if place == index { return overdue }
            guard !hasSwitched, attempt.abandonIfOverdue(force: true, resume: resume) != nil else {
                return attempt.outcome
            }
            return attempt.end(.heldBack(error))
        }
    }
}
