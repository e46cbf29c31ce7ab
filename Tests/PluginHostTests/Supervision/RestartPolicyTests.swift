import LinuxSystem
import Testing

@testable import PluginHost

@Suite("The restart policy (RS-7)")
struct RestartPolicyTests {
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000_000)

    private func at(_ seconds: Double) -> MonotonicInstant {
        start.advanced(by: .nanoseconds(Int64(seconds * 1e9)))
    }

    @Test("restarts three times in a row by default, and then gives up with a reason")
    func threeInARow() {
        var policy = RestartPolicy(RestartLimits())
        for number in 0..<3 {
            policy.didStart(at: start)
            guard case .restart = policy.didEnd(at: start, random: 0) else { return #expect(Bool(false)) }
            #expect(policy.restartsInARow == number + 1)
        }
        policy.didStart(at: start)
        let decision = policy.didEnd(at: start, random: 0)
        #expect(decision == .giveUp(.inARow(3, stableTime: .seconds(30))))
        guard case .giveUp(let reason) = decision else { return }
        #expect("\(reason)" == "it was restarted 3 times in a row and never ran for 30s")
        // And it stays there.
        #expect(policy.didEnd(at: at(3600), random: 0) == decision)
    }

    @Test("restarts the first time at once, and then waits twice as long each time, up to the bound")
    func grows() {
        let limits = RestartLimits(maximumRestarts: 70, initialDelay: .milliseconds(100), maximumDelay: .seconds(2))
        var policy = RestartPolicy(limits)
        // With a chance of 1 the whole of each wait.
        let delays = (0..<70).map { _ in policy.didEnd(at: start, random: 1) }
        let expected: [Duration] = [
            .zero, .milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
        ]
        #expect(delays.prefix(6) == expected.map { .restart(after: $0) }[...])
        #expect(delays.dropFirst(6).allSatisfy { $0 == .restart(after: .seconds(2)) })
    }

    @Test(
        "leaves half of a wait to chance",
        arguments: [
            (0.0, 50), (0.5, 75), (1.0, 100), (-7.0, 50), (7.0, 100), (.nan, 50), (.infinity, 50),
        ]
    )
    func chance(random: Double, milliseconds: Int) {
        var policy = RestartPolicy(RestartLimits())
        #expect(policy.didEnd(at: start, random: random) == .restart(after: .zero))
        #expect(policy.didEnd(at: start, random: random) == .restart(after: .milliseconds(milliseconds)))
    }

    @Test("begins a new row once it has run for the stable time, and not a moment earlier")
    func stable() {
        var policy = RestartPolicy(RestartLimits(stableTime: .seconds(10)))
        for _ in 0..<100 {
            policy.didStart(at: start)
            #expect(policy.didEnd(at: at(10), random: 0) == .restart(after: .zero))
        }
        policy.didStart(at: start)
        #expect(policy.didEnd(at: at(9.999_999_999), random: 0) == .restart(after: .milliseconds(50)))
        #expect(policy.restartsInARow == 2)
    }

    @Test("counts starts that fail, however long they lie apart")
    func failedStarts() {
        var policy = RestartPolicy(RestartLimits(maximumRestarts: 2))
        policy.didStart(at: start)
        guard case .restart = policy.didEnd(at: at(1), random: 0) else { return #expect(Bool(false)) }
        guard case .restart = policy.didEnd(at: at(1000), random: 0) else { return #expect(Bool(false)) }
        #expect(policy.didEnd(at: at(2000), random: 0) == .giveUp(.inARow(2, stableTime: .seconds(30))))
    }

    @Test("never restarts without a pause what ends at once, whatever the limits are")
    func floor() {
        var limits = RestartLimits(maximumRestarts: .max, initialDelay: .zero, maximumDelay: .zero)
        for stable in [Duration.zero, .seconds(30)] {
            limits.stableTime = stable
            var policy = RestartPolicy(limits)
            var now = start
            var waited = Duration.zero
            for _ in 0..<1000 {
                policy.didStart(at: now)
                now = now.advanced(by: .milliseconds(1))
                guard case .restart(let delay) = policy.didEnd(at: now, random: 0) else { return #expect(Bool(false)) }
                waited += delay
                now = now.advanced(by: delay)
            }
            #expect(waited == .milliseconds(50 * 999))
        }
        // What has done something in between is restarted as the limits say.
        var policy = RestartPolicy(limits)
        for _ in 0..<10 {
            policy.didStart(at: start)
            #expect(policy.didEnd(at: at(0.05), random: 0) == .restart(after: .zero))
        }
    }

    @Test("gives up when there were too many restarts within the period, though each time it was stable")
    func period() {
        let limits = RestartLimits(maximumRestarts: 3, period: .seconds(100), stableTime: .seconds(1))
        var policy = RestartPolicy(limits)
        for second in [10.0, 40, 70] {
            policy.didStart(at: at(second - 5))
            #expect(policy.didEnd(at: at(second), random: 0) == .restart(after: .zero))
        }
        policy.didStart(at: at(75))
        var late = policy
        #expect(policy.didEnd(at: at(109.9), random: 0) == .giveUp(.within(3, .seconds(100))))
        // The first one is out of the period by then.
        #expect(late.didEnd(at: at(110), random: 0) == .restart(after: .zero))
        guard case .giveUp(let reason) = policy.didEnd(at: at(109.9), random: 0) else { return #expect(Bool(false)) }
        #expect("\(reason)" == "it was restarted 3 times within 100s")
    }

    @Test("never restarts where no restart is allowed", arguments: [0, -1, .min])
    func never(maximum: Int) {
        var policy = RestartPolicy(RestartLimits(maximumRestarts: maximum))
        #expect(policy.didEnd(at: start, random: 0) == .giveUp(.never))
    }

    @Test("forgets everything when it is told to")
    func reset() {
        var policy = RestartPolicy(RestartLimits(maximumRestarts: 1, period: .seconds(100)))
        #expect(policy.didEnd(at: start, random: 0) == .restart(after: .zero))
        guard case .giveUp = policy.didEnd(at: start, random: 0) else { return #expect(Bool(false)) }
        policy.reset()
        #expect(policy == RestartPolicy(RestartLimits(maximumRestarts: 1, period: .seconds(100))))
        #expect(policy.didEnd(at: start, random: 0) == .restart(after: .zero))
    }

    @Test("bears limits that make no sense")
    func senseless() {
        let limits = RestartLimits(
            maximumRestarts: .max,
            period: .seconds(-1),
            initialDelay: .seconds(-5),
            maximumDelay: .seconds(-1),
            stableTime: .seconds(-1)
        )
        var policy = RestartPolicy(limits)
        #expect(policy.didEnd(at: start, random: 1) == .restart(after: .zero))
        for _ in 0..<100 { #expect(policy.didEnd(at: start, random: 1) == .restart(after: .milliseconds(50))) }
        let endless = RestartLimits(
            maximumRestarts: .max,
            initialDelay: .seconds(Int64.max),
            maximumDelay: .seconds(Int64.max)
        )
        policy = RestartPolicy(endless)
        for _ in 0..<100 {
            guard case .restart(let delay) = policy.didEnd(at: start, random: 1) else { return #expect(Bool(false)) }
            #expect(delay >= .zero)
        }
        let doubling = (Duration.nanoseconds(1), Duration.seconds(Int64.max))
        policy = RestartPolicy(
            RestartLimits(maximumRestarts: .max, initialDelay: doubling.0, maximumDelay: doubling.1)
        )
        for _ in 0..<200 {
            guard case .restart(let delay) = policy.didEnd(at: start, random: 1) else { return #expect(Bool(false)) }
            #expect(delay >= .zero)
        }
    }
}
