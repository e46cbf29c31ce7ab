internal import LinuxSystem

/// Decides whether a build that failed is tried again, and when, or set aside (HR-5).
struct AttemptPolicy: Sendable {
    enum Verdict: Equatable, Sendable {
        case retry(at: MonotonicInstant)
        case quarantine
    }

    private let maximumAttempts: Int
    private let cooldown: Duration
    /// The build that is tried; `nil` while its content could not be read.
    private(set) var build: String?
    /// How many attempts were made at it.
    private(set) var attempts = 0

    init(maximumAttempts: Int, cooldown: Duration) {
        self.maximumAttempts = maximumAttempts
        self.cooldown = cooldown
    }

    /// Counts an attempt at a build; another build begins from one.
    mutating func attempt(at build: String?) -> Int {
        if build != self.build {
            self.build = build
            attempts = 0
        }
        attempts += 1
        return attempts
    }

    /// Decides what comes after an attempt that failed.
    func failed(with code: PluginError.Code, now: MonotonicInstant) -> Verdict {
        if code.isPermanent || attempts >= maximumAttempts { return .quarantine }
        return .retry(at: now.advanced(by: cooldown))
    }

    /// Forgets the attempts: the build serves, or somebody lifted the quarantine.
    mutating func reset() {
        build = nil
        attempts = 0
    }
}
