import Testing

@testable import RunnerProtocol

@Suite("A server that shares its caller's processor")
struct StackedWaitsTests {
    /// After how many waits together it goes, that often.
    private static func goes(_ waits: inout StackedWaits, times: Int) -> [Int] {
        (0..<times).map { _ in
            var count = 1
            while !waits.note(areTogether: true, isBusy: true) { count += 1 }
            return count
        }
    }

    /// Whether it goes in so many waits apart.
    private static func goes(_ waits: inout StackedWaits, apart count: Int) -> Bool {
        (0..<count).reduce(false) { hasGone, _ in waits.note(areTogether: false, isBusy: true) || hasGone }
    }

    @Test("goes elsewhere after some waits in a row, and later each time, up to a limit")
    func goes() {
        var waits = StackedWaits()
        #expect(Self.goes(&waits, times: 4) == [32, 64, 128, 256])
        #expect(Self.goes(&waits, times: 10).suffix(3) == [65_536, 65_536, 65_536])
    }

    @Test("goes as soon as at first once the two have been apart for long enough to be worth it")
    func forgets() {
        var waits = StackedWaits()
        #expect(Self.goes(&waits, times: 3) == [32, 64, 128])
        #expect(!Self.goes(&waits, apart: 127))
        #expect(Self.goes(&waits, times: 2) == [256, 512])
        #expect(!Self.goes(&waits, apart: 128))
        #expect(Self.goes(&waits, times: 2) == [32, 64])
    }

    @Test("stays while the two are apart now and then, or there is a silence before each call")
    func stays() {
        var waits = StackedWaits()
        for wait in 0..<10_000 {
            let isGoing = waits.note(areTogether: wait % 31 != 0, isBusy: true)
            #expect(!isGoing)
        }
        for _ in 0..<10_000 {
            let isGoing = waits.note(areTogether: true, isBusy: false)
            #expect(!isGoing)
        }
    }

    @Test("goes at last though each burst is shorter than its patience")
    func shortBursts() {
        var waits = StackedWaits()
        #expect(Self.goes(&waits, times: 3) == [32, 64, 128])
        var bursts = 0
        burst: while true {
            for wait in 0..<100 where waits.note(areTogether: true, isBusy: wait > 0) { break burst }
            bursts += 1
            #expect(bursts < 10)
        }
        #expect(bursts == 2)
    }

    @Test("begins anew when it has come by itself")
    func joined() {
        var waits = StackedWaits()
        _ = Self.goes(&waits, times: 4)
        waits.hasJoined()
        #expect(Self.goes(&waits, times: 2) == [32, 64])
    }
}

@Suite("A server that is called after silences")
struct LonelyWaitsTests {
    @Test("goes to its caller after some waits in a row, and later each time that they are parted, up to a limit")
    func goes() {
        var waits = LonelyWaits()
        let counts = (0..<16).map { _ in
            var count = 1
            while !waits.note(areApart: true, isSilent: true) { count += 1 }
            return count
        }
        #expect(counts.prefix(4) == [8, 16, 32, 64])
        #expect(counts.suffix(3) == [65_536, 65_536, 65_536])
    }

    @Test("stays while calls come in bursts, or the two are together")
    func stays() {
        var waits = LonelyWaits()
        for wait in 0..<1000 {
            let isGoing = waits.note(areApart: true, isSilent: wait % 8 != 7)
            #expect(!isGoing)
        }
        for wait in 0..<1000 {
            let isGoing = waits.note(areApart: wait % 8 != 7, isSilent: true)
            #expect(!isGoing)
        }
    }
}
