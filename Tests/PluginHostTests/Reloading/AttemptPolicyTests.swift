import LinuxSystem
import Testing

@testable import PluginHost

@Suite("The attempts at a build (HR-5)")
struct AttemptPolicyTests {
    private let now = MonotonicInstant(nanoseconds: 5)
    private let build = BuildName(of: [1])
    private let other = BuildName(of: [2])

    @Test("come again after the cooldown, up to the limit")
    func comeAgain() {
        var policy = AttemptPolicy(maximumAttempts: 3, cooldown: .seconds(5))
        for attempt in 1...2 {
            #expect(policy.attempt(at: build) == attempt)
            #expect(policy.failed(with: .failed, now: now) == .retry(at: now.advanced(by: .seconds(5))))
        }
        #expect(policy.attempt(at: build) == 3)
        #expect(policy.failed(with: .failed, now: now) == .quarantine)
    }

    @Test(
        "end with an error that can't pass by itself",
        arguments: [
            PluginError.Code.noFactory, .wrongABI, .wrongMachine, .notAPlugin, .incomplete, .badDescriptor,
            .layoutConflict, .conflict,
        ]
    )
    func endWithPermanentErrors(code: PluginError.Code) {
        var policy = AttemptPolicy(maximumAttempts: 3, cooldown: .seconds(5))
        _ = policy.attempt(at: build)
        #expect(policy.failed(with: code, now: now) == .quarantine)
    }

    @Test("are not counted when the build that serves dies of them, and end without a verdict when it always does")
    func excused() {
        var policy = AttemptPolicy(maximumAttempts: 2, cooldown: .seconds(5))
        let again = AttemptPolicy.Verdict.retry(at: now.advanced(by: .seconds(5)))
        #expect(policy.attempt(at: build) == 1)
        policy.excuse()
        #expect(policy.attempts == 0)
        #expect(policy.failed(with: .crashed, now: now) == again)
        // One of its own counts as before.
        #expect(policy.attempt(at: build) == 1)
        #expect(policy.failed(with: .crashed, now: now) == again)
        #expect(policy.attempt(at: build) == 2)
        policy.excuse()
        #expect(policy.failed(with: .crashed, now: now) == .leave)
        // Another build has all of them before it.
        #expect(policy.attempt(at: other) == 1)
        policy.excuse()
        #expect(policy.failed(with: .crashed, now: now) == again)
    }

    @Test("begin anew with another build, and when they are forgotten")
    func beginAnew() {
        var policy = AttemptPolicy(maximumAttempts: 3, cooldown: .seconds(5))
        _ = policy.attempt(at: build)
        _ = policy.attempt(at: build)
        #expect(policy.attempt(at: other) == 1)
        _ = policy.attempt(at: other)
        policy.reset()
        #expect(policy.attempts == 0)
        #expect(policy.attempt(at: other) == 1)
    }
}
