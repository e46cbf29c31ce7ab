@testable import PluginHostCommands
import Testing

@Suite("The filter of what a build prints")
struct BuildOutputFilterTests {
    private func filter(_ text: String) -> (lines: [String], filter: BuildOutputFilter) {
        var filter = BuildOutputFilter(root: "/demo")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { filter.show(String($0)) }
        return (lines, filter)
    }

    @Test("shows an error once, with its place and its source, and no progress")
    func errors() {
        let block = """
            /demo/SamplePlugins/Counter/Counter.swift:12:9: error: cannot find 'x' in scope
            10 |
            12 |         x += 1
               |         `- error: cannot find 'x' in scope
            13 |     }
            """
        let text = """
            Building for debugging...
            [1/4] Write sources
            [2/4] Compiling Counter Counter.swift
            \(block)
            [3/4] Emitting module Counter
            \(block)
            error: emit-module command failed with exit code 1 (use -v to see invocation)
            """
        let (lines, filter) = filter(text)
        #expect(lines.first == "SamplePlugins/Counter/Counter.swift:12:9: error: cannot find 'x' in scope")
        #expect(!lines.contains { $0.contains("Compiling") || $0.contains("command failed") })
        #expect(lines.count { $0.hasPrefix("SamplePlugins") } == 1)
        #expect(filter.errors == 1)
        #expect(filter.lastResort().isEmpty)
    }

    @Test("keeps the last lines of a failure that it does not understand")
    func lastResort() {
        let (lines, filter) = filter("Building\nsomething odd happened")
        #expect(lines.isEmpty)
        #expect(filter.lastResort() == ["Building", "something odd happened"])
    }

    @Test("shows what the linker says")
    func linker() {
        let (lines, _) = filter(
            "main.o: in function f: undefined reference to 'g'\nerror: link command failed with exit code 1"
        )
        #expect(lines == ["main.o: in function f: undefined reference to 'g'"])
    }
}
