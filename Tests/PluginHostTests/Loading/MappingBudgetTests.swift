import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("A budget of mappings")
struct MappingBudgetTests {
    /// The counts that the kernel gives, one after the other; the last one stays.
    private final class Counts: Sendable {
        private let rest: Mutex<[Int]>
        private let limit: Int
        let asked = Mutex(0)

        init(_ counts: [Int], of limit: Int = 65_530) {
            rest = Mutex(counts)
            self.limit = limit
        }

        func next() -> ProcessMappings? {
            asked.withLock { $0 += 1 }
            let count = rest.withLock { $0.count > 1 ? $0.removeFirst() : $0.first }
            return count.map { ProcessMappings(count: $0, limit: limit) }
        }
    }

    @Test("counts seldom while there are many left")
    func countsSeldom() throws {
        let counts = Counts([300])
        let budget = MappingBudget { counts.next() }
        for _ in 0..<1000 { try budget.spend(on: "liba.so") }
        #expect(counts.asked.withLock { $0 } == 2)
    }

    @Test("refuses near the limit, and no longer than that lasts")
    func refuses() throws {
        let counts = Counts([61_400, 61_434, 61_434, 300])
        let budget = MappingBudget { counts.next() }
        try budget.spend(on: "liba.so")
        for _ in 0..<2 {
            let error = #expect(throws: PluginError.self) { try budget.spend(on: "liba.so") }
            #expect(error?.code == .exhausted)
            #expect(
                error?.message == "liba.so: the process has 61434 mappings of the 65530 that the kernel allows, and "
                    + "generations that were replaced stay mapped; restart the host, or raise vm.max_map_count"
            )
        }
        try budget.spend(on: "liba.so")
    }

    @Test("leaves a quarter of a small limit, and allows everything if the kernel says nothing")
    func smallLimit() throws {
        let small = MappingBudget { ProcessMappings(count: 749, limit: 1000) }
        try small.spend(on: "liba.so")
        let full = MappingBudget { ProcessMappings(count: 750, limit: 1000) }
        #expect(throws: PluginError.self) { try full.spend(on: "liba.so") }
        try MappingBudget { nil }.spend(on: "liba.so")
    }

    @Test("has the kernel's figures")
    func live() throws {
        let mappings = try #require(ProcessMappings.current())
        #expect(mappings.count > 10 && mappings.limit > 1000)
    }
}
