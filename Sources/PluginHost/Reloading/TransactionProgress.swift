internal import LinuxSystem

/// Where a reload transaction is, and whose word counts next: the worker's that runs it, or the host's that gives it up.
///
/// Clock-free and pure. The worker enters each step through here; the host may abandon a step that takes too long, and from
/// then on the worker, should it ever come back, changes nothing any more.
struct TransactionProgress: Sendable {
    /// What the host has to put right when it abandons a transaction.
    struct Abandoned: Equatable, Sendable {
        /// The step that took too long; `nil` between two.
        var phase: ReloadPhase?
        /// Calls are held and must be let go to the old generation.
        var isHolding: Bool
        /// The old generation was paused and must be resumed first.
        var hasPaused: Bool
        /// The new generation serves already: only what was left to do for the old one is lost.
        var hasSwitched: Bool
    }

    /// A step that has ended; made into words only for the report.
    private struct Step {
        var phase: ReloadPhase
        var nanoseconds: UInt64
    }

    // With room for all phases: none is added slowly while calls are held.
    private var steps: [Step] = {
        var steps: [Step] = []
        steps.reserveCapacity(16)
        return steps
    }()
    private(set) var isAbandoned = false
    private(set) var hasSwitched = false
    private(set) var deadline: MonotonicInstant?
    private var phase: ReloadPhase?
    private var began = MonotonicInstant(nanoseconds: 0)
    private var heldFrom: MonotonicInstant?
    private var heldUntil: MonotonicInstant?
    /// When the last thing happened while calls are held, if that is when the next step begins.
    private var latest: MonotonicInstant?
    private let isAlone: Bool
    private(set) var hasPaused = false

    /// The steps so far, and how long each took.
    var phases: [ReloadResult.Phase] {
        steps.map { step in
            ReloadResult.Phase(
                name: step.phase.rawValue,
                seconds: Duration.nanoseconds(step.nanoseconds).inSeconds
            )
        }
    }

    /// Begins; a transaction that is not alone waits for others between its steps.
    init(isAlone: Bool = true) {
        self.isAlone = isAlone
    }

    /// How long calls were held.
    var hold: Duration {
        guard let heldFrom, let heldUntil else { return .zero }
        return heldFrom.duration(to: heldUntil)
    }

    /// Enters a step that may take so many nanoseconds; returns `false` if the transaction was given up.
    ///
    /// While calls are held, one step follows the other, and the clock is not asked again for that.
    mutating func begin(_ next: ReloadPhase, now: @autoclosure () -> MonotonicInstant, limit: UInt64) -> Bool {
        guard !isAbandoned else { return false }
        phase = next
        began = latest ?? now()
        deadline = began.advanced(byNanoseconds: limit)
        return true
    }

    /// Leaves the step; returns `false` if the transaction was given up meanwhile.
    mutating func end(now: MonotonicInstant) -> Bool {
        guard !isAbandoned, let phase else { return false }
        steps.append(Step(phase: phase, nanoseconds: now.nanoseconds - began.nanoseconds))
        if latest != nil { latest = now }
        self.phase = nil
        deadline = nil
        return true
    }

    /// Notes that calls are held from now on.
    mutating func hold(now: MonotonicInstant) {
        heldFrom = now
        if isAlone { latest = now }
    }

    /// Notes that the old generation was paused; `false` if the transaction was given up meanwhile.
    mutating func paused() -> Bool {
        guard !isAbandoned else { return false }
        hasPaused = true
        return true
    }

    /// Notes that the hold is over, without a switch.
    mutating func released(now: MonotonicInstant) {
        heldUntil = now
        latest = nil
        hasPaused = false
    }

    /// Begins to put one thing right after a failure, which may take so long too; `false` if the transaction was given up.
    mutating func putsRight(now: MonotonicInstant, limit: UInt64) -> Bool {
        guard !isAbandoned else { return false }
        phase = .undo
        deadline = now.advanced(byNanoseconds: limit)
        // What is being done already is not asked for again, should it hang.
        hasPaused = false
        return true
    }

    /// Has put that right; `false` if the transaction was given up meanwhile.
    mutating func hasPutRight() -> Bool {
        guard !isAbandoned else { return false }
        (phase, deadline) = (nil, nil)
        return true
    }

    /// Decides that the new generation serves; returns `false` if the transaction was given up before.
    mutating func switches() -> Bool {
        guard !isAbandoned else { return false }
        hasSwitched = true
        return true
    }

    /// Gives the transaction up if the deadline of its step has passed; otherwise there is nothing to put right.
    ///
    /// With force it is given up in any case, unless it has switched.
    mutating func abandon(now: MonotonicInstant, force: Bool = false) -> Abandoned? {
        guard !isAbandoned else { return nil }
        let isOverdue = phase != nil && deadline.map { $0 <= now } == true
        guard isOverdue || force && !hasSwitched else { return nil }
        isAbandoned = true
        return Abandoned(
            phase: phase,
            isHolding: heldFrom != nil && heldUntil == nil,
            hasPaused: hasPaused,
            hasSwitched: hasSwitched
        )
    }
}
