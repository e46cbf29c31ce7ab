internal import LinuxSystem

/// Decides whether a build that failed is tried again, and when, or set aside (HR-5).
struct AttemptPolicy: Sendable {
    enum Verdict: Equatable, Sendable {
        case retry(at: MonotonicInstant)
        case quarantine
        /// The build is fine as far as anybody knows, but is tried no more by itself.
        case leave
    }

    private let maximumAttempts: Int
    private let cooldown: Duration
    /// The build that is tried; `nil` while its content could not be read.
    private var build: BuildName?
    /// How many attempts were made at it.
    private(set) var attempts = 0
    /// How many more were made of which the build that serves has died.
    private var excused = 0
    private var isExcused = false

    init(maximumAttempts: Int, cooldown: Duration) {
        self.maximumAttempts = maximumAttempts
        self.cooldown = cooldown
    }

    /// Counts an attempt at a build; another build begins from one.
    mutating func attempt(at build: BuildName?) -> Int {
        if build != self.build {
            reset()
            self.build = build
        }
        attempts += 1
        isExcused = false
        return attempts
    }

    /// Takes the latest attempt back: the build that serves has died of what was asked of it, or another plugin took the process
    /// with it, and nothing is known of this one.
    mutating func excuse() {
        attempts -= 1
        excused += 1
        isExcused = true
    }

    /// Decides what comes after an attempt that failed.
    func failed(with code: PluginError.Code, now: MonotonicInstant) -> Verdict {
        if isExcused { return excused < maximumAttempts ? .retry(at: now.advanced(by: cooldown)) : .leave }
        if code.isPermanent || attempts >= maximumAttempts { return .quarantine }
        return .retry(at: now.advanced(by: cooldown))
    }

    /// Forgets the attempts: the build serves, or somebody lifted the quarantine.
    mutating func reset() {
        build = nil
        attempts = 0
        excused = 0
        isExcused = false
    }
}
