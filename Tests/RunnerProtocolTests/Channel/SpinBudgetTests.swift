import Testing

@testable import RunnerProtocol

@Suite("The time that a side waits awake")
struct SpinBudgetTests {
    /// A budget that has learnt that it is in vain.
    private static let none: SpinBudget = {
        var budget = SpinBudget()
        while budget.duration > 0 { budget.missed() }
        return budget
    }()

    @Test("is full at first, and halves down to none while it is in vain")
    func halves() {
        var budget = SpinBudget()
        var durations: [UInt32] = []
        for _ in 0..<8 {
            durations.append(budget.next(at: { 0 }))
            budget.missed()
        }
        #expect(durations == [50_000, 25_000, 12_500, 6_250, 3_125, 1_562, 0, 0])
    }

    @Test("grows while it is well spent, and never above the most")
    func grows() {
        var budget = SpinBudget()
        for _ in 0..<4 { budget.missed() }
        var durations: [UInt16] = []
        for _ in 0..<6 {
            budget.met(after: 0)
            durations.append(budget.duration)
        }
        #expect(durations == [6_250, 12_500, 25_000, 50_000, 50_000, 50_000])
    }

    @Test("is tried again at every so manieth wait")
    func probes() {
        var budget = Self.none
        let durations = (1...130 as ClosedRange<UInt64>).map { wait -> UInt32 in
            let duration = budget.next { wait * 5_000_000 }
            if duration > 0 { budget.missed() }
            return duration
        }
        #expect(durations.indices.filter { durations[$0] > 0 } == [64, 129])
        #expect(durations[64] == 50_000)
    }

    @Test("is tried sooner while waits follow each other soon")
    func probesSooner() {
        var budget = Self.none
        let durations = (0..<6 as Range<UInt64>).map { wait in budget.next { 1 << 40 + wait * 80_000 } }
        #expect(durations == [0, 0, 0, 0, 0, 50_000])
        budget.missed()
        let slower = (0..<60 as Range<UInt64>).map { wait in budget.next { 1 << 50 + wait * 120_000 } }
        #expect(slower.allSatisfy { $0 == 0 })
    }

    @Test("looks at the clock only when there is none")
    func looksAtNoClock() {
        var budget = SpinBudget()
        #expect(budget.next { preconditionFailure("nobody needs the time") } == 50_000)
    }

    @Test("covers after a probe what the answer took")
    func covers() {
        var budget = Self.none
        budget.met(after: 9_000)
        #expect(budget.duration == 18_000)
        budget = Self.none
        budget.met(after: 0)
        #expect(budget.duration == 4_000)
        budget.met(after: .max / 2)
        #expect(budget.duration == 50_000)
    }

    @Test("is kept in one number, and what the number can't be is cut")
    func number() {
        var budget = Self.none
        _ = budget.next { 1 << 33 }
        #expect(SpinBudget(rawValue: budget.rawValue) == budget)
        #expect(SpinBudget(rawValue: SpinBudget().rawValue) == SpinBudget())
        #expect(SpinBudget(rawValue: .max).duration == 50_000)
    }

    @Test("is none on one processor, and where the other side last ran on ours")
    func oneProcessor() {
        #expect(Spinning.canHelp(own: 0, other: 1, usable: 2))
        #expect(!Spinning.canHelp(own: 1, other: 1, usable: 2))
        #expect(!Spinning.canHelp(own: 0, other: 1, usable: 1))
        #expect(Spinning.canHelp(own: 0, other: Spinning.unknownProcessor, usable: 2))
        // Where a side runs may not be known at all.
        #expect(Spinning.canHelp(own: .max, other: .max, usable: 2))
    }
}
