import Testing

@testable import RunnerProtocol

@Suite("A server that shares its caller's processor")
struct StackedWaitsTests {
    /// After how many waits together it goes, that often.
    private static func goes(_ waits: inout StackedWaits, times: Int) -> [Int] {
        (0..<times).map { _ in
            var count = 1
            while !waits.note(areTogether: true) { count += 1 }
            return count
        }
    }

    @Test("goes elsewhere after some waits in a row, and later each time, up to a limit")
    func goes() {
        var waits = StackedWaits()
        #expect(Self.goes(&waits, times: 4) == [256, 512, 1024, 2048])
        #expect(Self.goes(&waits, times: 7).suffix(3) == [65_536, 65_536, 65_536])
    }

    @Test("stays while the two are apart now and then")
    func stays() {
        var waits = StackedWaits()
        for wait in 0..<10_000 {
            let isGoing = waits.note(areTogether: wait % 100 != 0)
            #expect(!isGoing)
        }
    }
}
