import Testing

@testable import PluginHostBenchmarks

@Suite("The record of a storm of reloads")
struct StormRecordTests {
    private func answer(_ tag: UInt8, _ count: UInt8) -> [UInt8] {
        [tag, 0, 0, 0, 0, 0, 0, 0, count, 0, 0, 0, 0, 0, 0, 0]
    }

    private func record(_ counts: UInt8...) -> StormRecord {
        var record = StormRecord(intervals: 4)
        for count in counts { record.take(answer(1, count), notBefore: 1) }
        return record
    }

    @Test("is content if each count came once, to whichever caller")
    func complete() throws {
        try StormRecord.check([record(1, 3, 4), record(2, 70)], lastCount: 6)
    }

    @Test("finds a call that was lost, by one counter that went back")
    func lost() {
        #expect(throws: BenchmarkFailure.self) { try StormRecord.check([record(1, 2), record(3)], lastCount: 3) }
        #expect(throws: BenchmarkFailure.self) { try StormRecord.check([record(1, 2), record(3)], lastCount: 6) }
    }

    @Test("finds a count that came twice, to one caller or to two")
    func doubled() {
        #expect(throws: BenchmarkFailure.self) { try StormRecord.check([record(1, 2, 2)], lastCount: 4) }
        #expect(throws: BenchmarkFailure.self) { try StormRecord.check([record(1, 2), record(2)], lastCount: 4) }
    }

    @Test("finds an answer of a build that had been replaced before the call")
    func retired() {
        var late = StormRecord(intervals: 4)
        late.take(answer(2, 1), notBefore: 2)
        #expect(late.failure == nil)
        late.take(answer(1, 2), notBefore: 2)
        #expect(late.failure?.contains("build 1") == true)
        #expect(throws: BenchmarkFailure.self) { try StormRecord.check([late], lastCount: 3) }
    }

    @Test("finds an answer that makes no sense", arguments: [0, 8, 17])
    func nonsense(size: Int) {
        var record = StormRecord(intervals: 4)
        record.take([UInt8](repeating: 1, count: size), notBefore: 0)
        #expect(record.failure != nil)
    }

    @Test("counts a call for every interval that it touches")
    func intervals() {
        var record = StormRecord(intervals: 3)
        record.note(5, from: 1, to: 3)
        record.note(2, from: 1, to: 1)
        record.note(9, from: 3, to: 7)
        #expect(record.slowest == [0, 5, 5, 9])
    }
}
