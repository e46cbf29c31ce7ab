import Testing
import TestSupport

@testable import PluginHost

@Suite("A heap of due times")
struct DueHeapTests {
    @Test("gives out what is due first, whatever was set, moved and removed")
    func random() {
        var random = Torture.generator()
        var heap = DueHeap()
        var model: [Int32: Int64] = [:]
        for _ in 0..<5000 {
            let slot = Int32.random(in: 0..<200, using: &random)
            if Int.random(in: 0..<3, using: &random) == 0 {
                heap.remove(slot)
                model[slot] = nil
            } else {
                let due = Int64.random(in: 0..<1000, using: &random)
                heap.set(slot, due: due)
                model[slot] = due
            }
            let first = model.min { ($0.value, $0.key) < ($1.value, $1.key) }
            #expect(heap.first?.slot == first?.key && heap.first?.due == first?.value, "seed \(Torture.seed)")
            #expect(heap.count == model.count)
            #expect(heap.due(slot) == model[slot])
        }
        var last = Int64.min
        while let first = heap.first {
            #expect(first.due >= last)
            last = first.due
            heap.remove(first.slot)
        }
    }

    @Test("ignores what is not in it")
    func absent() {
        var heap = DueHeap()
        heap.remove(5)
        #expect(heap.first == nil)
        #expect(heap.due(5) == nil)
    }
}
