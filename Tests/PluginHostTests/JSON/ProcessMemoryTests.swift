import Foundation
import Testing

@testable import PluginHost

@Suite("The memory of a process")
struct ProcessMemoryTests {
    @Test("is that of this process, whose part of what is shared is less than all of it")
    func own() throws {
        let memory = try #require(ProcessMemory.of(ProcessInfo.processInfo.processIdentifier))
        #expect(memory.residentBytes > 1 << 20)
        #expect(try #require(memory.proportionalBytes) <= memory.residentBytes)
    }

    @Test("is none of a process that is not there")
    func none() {
        #expect(ProcessMemory.of(Int32.max) == nil)
    }

    @Test(
        "is read from the line with the sum",
        arguments: [("Rss: 8 kB\nPss:   5 kB\nPss_Dirty: 1 kB\n", 5120), ("", nil)]
    )
    func reads(text: String, bytes: Int?) {
        #expect(ProcessMemory.proportional(text) == bytes)
    }
}
