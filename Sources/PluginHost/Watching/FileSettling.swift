package import LinuxSystem

/// Decides when one file has settled: no clock, no files, only what it is told.
///
/// Events say where to look, never what is there. Each look that shows a change starts the window of quiet anew; at its
/// end the content is inspected, and the file has settled if nobody is writing to it. Whoever drives the machine passes
/// on hints, does the looks that it is asked for, and wakes it at the time that it named last.
package struct FileSettling: Sendable {
    /// What an event says about the file.
    package struct Hint: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The content or the rights may have changed in place.
        package static let changed = Hint(rawValue: 1)
        /// The name is new: an empty file, or a link to a complete one.
        package static let created = Hint(rawValue: 2)
        /// Somebody who could write has closed the file.
        package static let closed = Hint(rawValue: 4)
        /// A file was renamed into this place.
        package static let placed = Hint(rawValue: 8)
        /// A scan has found the file; what happened to it is not known.
        package static let found = Hint(rawValue: 16)
        /// The file was there when the watcher started.
        package static let initial = Hint(rawValue: 32)
        /// Somebody has written to the file under its name.
        package static let written = Hint(rawValue: 64)

        fileprivate static let mayBeComplete: Hint = [.created, .closed, .placed, .found]
    }

    /// What a look has shown.
    package struct Look: Hashable, Sendable {
        /// The file, or `nil` if there is no regular file.
        package let status: FileStatus?
        /// What only opening the file tells; `nil` if it was not opened.
        package let content: Content?

        package init(status: FileStatus?, content: Content? = nil) {
            self.status = status
            self.content = content
        }
    }

    /// What opening a file tells.
    package struct Content: Hashable, Sendable {
        package let isComplete: Bool
        package let hasWriter: Bool

        package init(isComplete: Bool, hasWriter: Bool) {
            self.isComplete = isComplete
            self.hasWriter = hasWriter
        }
    }

    /// What to do next.
    package enum Action: Hashable, Sendable {
        case none
        /// Look the file up, with its content or without.
        case look(content: Bool)
        /// Wake the machine at this time; earlier wake-ups are forgotten.
        case wake(at: MonotonicInstant)
        case settled(FileStatus)
        case removed
    }

    private enum Phase: Hashable {
        /// Nothing is expected.
        case idle
        /// The file has changed and has to be quiet until the end of the window.
        case changing
        /// The window is over, but somebody has the file open for writing.
        case held(recheck: MonotonicInstant, pause: Duration)
        /// A file that was reported is gone.
        case gone(until: MonotonicInstant)
    }

    private let policy: WatchPolicy
    /// How long at most between two checks for a writer that may have closed unnoticed.
    private let longestPause: Duration
    private var phase = Phase.idle
    private var hints: Hint = []
    /// The file as it was reported last.
    package private(set) var settled: FileStatus?
    private var seen: FileStatus?
    private var lastChange: MonotonicInstant?
    /// Whether the change that is going on is taken as soon as it is complete.
    private var isUrgent = false
    /// Whether what was reported last could not be used and has to be reported again, changed or not.
    private var isDoubted = false

    /// Starts with nothing known; without events a writer's end is only noticed by looking.
    package init(policy: WatchPolicy, hasEvents: Bool = true) {
        self.policy = policy
        longestPause = hasEvents ? .seconds(60) : policy.rescanInterval
    }

    /// Starts with a file that was reported before, under another name.
    package init(policy: WatchPolicy, hasEvents: Bool = true, settledAs status: FileStatus) {
        self.init(policy: policy, hasEvents: hasEvents)
        settled = status
        seen = status
    }

    /// Whether nothing is known and nothing is expected, so that the machine can be let go.
    package var isBlank: Bool { phase == .idle && settled == nil && seen == nil }

    /// Whether nothing but somebody who has the file open for writing keeps it from being reported.
    package var isHeld: Bool { if case .held = phase { true } else { false } }

    /// Whether the file is on its way to be reported.
    package var isBusy: Bool { phase != .idle }

    /// Has the file reported again once it has settled: it was no longer as reported when it was read.
    package mutating func doubt() {
        isDoubted = true
    }

    /// Takes an event's hint.
    package mutating func noticed(_ hint: Hint, now: MonotonicInstant) -> Action {
        hints.formUnion(hint)
        if case .held = phase, hint.contains(.closed) { return .look(content: true) }
        // A scan comes upon many files that have not changed: those need not be opened.
        return .look(content: isUrgent(now: now) && !hint.contains(.found))
    }

    /// Takes the wake-up that was asked for.
    package mutating func woke(now: MonotonicInstant) -> Action {
        guard let time = wakeTime else { return .none }
        if now < time { return .wake(at: time) }
        if case .gone = phase { return .look(content: false) }
        return .look(content: true)
    }

    /// Takes what a look has shown.
    package mutating func looked(_ look: Look, now: MonotonicInstant) -> Action {
        guard let status = look.status else { return missed(now: now) }
        if status == settled, !isDoubted {
            phase = .idle
            seen = status
            hints = []
            isUrgent = false
            return .none
        }
        if status != seen {
            isUrgent = isUrgent(now: now)
            seen = status
            lastChange = now
            phase = .changing
        } else {
            isUrgent = isUrgent || (policy.isImmediate && !hints.isDisjoint(with: .mayBeComplete))
            switch phase {
            case .idle, .gone: phase = .changing
            case .changing, .held: break
            }
        }
        let wasClosed = hints.contains(.closed)
        let isQuiet = now >= quietTime
        guard isUrgent || isQuiet else {
            hints = []
            return .wake(at: quietTime)
        }
        guard let content = look.content else { return .look(content: true) }
        hints = []
        if content.hasWriter { return wait(afterClosing: wasClosed, now: now) }
        // One that stays incomplete in the quiet is reported as well: whoever loads it says what is wrong with it.
        guard content.isComplete || isQuiet else {
            isUrgent = false
            phase = .changing
            return .wake(at: quietTime)
        }
        settled = status
        phase = .idle
        isUrgent = false
        isDoubted = false
        return .settled(status)
    }

    /// When the machine wants to be woken.
    private var wakeTime: MonotonicInstant? {
        switch phase {
        case .idle: nil
        case .changing: quietTime
        case .held(let recheck, _): recheck
        case .gone(let end): end
        }
    }

    /// When the window after the last change ends.
    private var quietTime: MonotonicInstant {
        lastChange?.advanced(by: policy.window) ?? MonotonicInstant(nanoseconds: 0)
    }

    /// Whether a change that the hints tell of is taken as soon as it is complete.
    private func isUrgent(now: MonotonicInstant) -> Bool {
        if hints.contains(.initial) { return true }
        if policy.isImmediate { return !hints.isDisjoint(with: .mayBeComplete) }
        return policy.takesRenamesAtOnce && hints.contains(.placed) && now >= quietTime
    }

    /// Waits for a writer to close the file.
    ///
    /// The kernel reports the close a moment before the writer counts as gone, and doesn't report it at all if the
    /// writer used a name in another directory: so the next check comes soon, and each further one later.
    private mutating func wait(afterClosing: Bool, now: MonotonicInstant) -> Action {
        var pause = Duration.milliseconds(1)
        if case .held(_, let before) = phase, !afterClosing { pause = min(before + before, longestPause) }
        let recheck = now.advanced(by: pause)
        phase = .held(recheck: recheck, pause: pause)
        return .wake(at: recheck)
    }

    private mutating func missed(now: MonotonicInstant) -> Action {
        hints = []
        isUrgent = false
        seen = nil
        guard settled != nil else {
            phase = .idle
            lastChange = nil
            isDoubted = false
            return .none
        }
        var end = now.advanced(by: policy.removalGrace)
        if case .gone(let until) = phase { end = until }
        guard now >= end else {
            phase = .gone(until: end)
            return .wake(at: end)
        }
        phase = .idle
        settled = nil
        lastChange = nil
        isDoubted = false
        return .removed
    }
}
