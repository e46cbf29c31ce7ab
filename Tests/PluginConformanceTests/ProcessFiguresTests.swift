import TestSupport
import Testing

@testable import PluginConformance

@Suite("The figures of a process")
struct ProcessFiguresTests {
    private func figures(_ heap: Int, _ pages: Int = 0, _ descriptors: Int = 0, _ threads: Int = 0) -> ProcessFigures {
        ProcessFigures(heap: heap, pages: pages, descriptors: descriptors, threads: threads)
    }

    @Test("take for a leak what grows in every batch, and nothing that is made once")
    func batches() {
        let once = [figures(90_000), figures(48), figures(0)]
        #expect(ProcessFigures.least(once).leak(after: 100) == nil)
        let always = [figures(90_000), figures(3200), figures(3264)]
        #expect(ProcessFigures.least(always).leak(after: 100) == "3200 bytes of heap")
    }

    @Test("name everything that is lost")
    func names() {
        #expect(
            figures(0, 100, 100, 100).leak(after: 100)
                == "100 pages of address space, 100 descriptors, 100 threads"
        )
        #expect(figures(1599, 99, 9, 9).leak(after: 100) == nil)
        #expect(figures(-5000, -3, -1, 0).leak(after: 100) == nil)
    }

    @Test("are those of this process")
    func now() {
        let before = ProcessFigures.now()
        // A sanitizer has a heap of its own.
        #expect(
            (before.heap > 0 || Sanitizer.isThere) && before.pages > 0 && before.descriptors > 2 && before.threads > 0
        )
        #expect(before.growth(since: before) == figures(0))
    }

    @Test("leave out the stacks of threads that have ended, as many as the C library keeps")
    func stacks() {
        let stack = ProcessFigures.stackPages
        #expect(figures(0, stack).leak(after: 100) == nil)
        #expect(figures(0, 5 * stack + 99).leak(after: 100) == nil)
        #expect(figures(0, 5 * stack + 100).leak(after: 100) != nil)
        #expect(figures(0, 7 * stack).leak(after: 100) != nil)
        #expect(figures(0, 100).leak(after: 100) == "100 pages of address space")
    }
}
