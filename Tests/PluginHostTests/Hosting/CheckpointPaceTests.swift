import Testing

@testable import PluginHost

@Suite("The pace of checkpoints")
struct CheckpointPaceTests {
    /// How many intervals pass until the next one.
    private func intervals(_ pace: inout CheckpointPace, of generation: UInt64 = 1) -> Int {
        var count = 1
        while !pace.isDue(for: generation) { count += 1 }
        return count
    }

    @Test("is halved with each one that costs too much, and as before after one that does not")
    func slowsDown() {
        var pace = CheckpointPace()
        var waits: [Int] = []
        for _ in 0..<5 {
            waits.append(intervals(&pace))
            pace.cost()
        }
        #expect(waits == [1, 2, 4, 8, 16])
        #expect(pace.intervals == 32)
        pace.went()
        let after = intervals(&pace)
        #expect(after == 1)
    }

    @Test("is another generation's own")
    func anew() {
        var pace = CheckpointPace()
        _ = intervals(&pace)
        pace.cost()
        let other = intervals(&pace, of: 2)
        #expect(other == 1)
    }

    @Test("has an end")
    func bounded() {
        var pace = CheckpointPace()
        for _ in 0..<200 { pace.cost() }
        #expect(pace.intervals == 1 << 30)
    }
}
