import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The end of a reload, for people")
struct ReloadTextTests {
    private func text(_ state: String, _ change: (inout ReloadResult) -> Void = { _ in }) throws -> String {
        var result: ReloadResult = try JSONCoding.decode(
            from: Array(
                #"""
                {"plugin":"a","success":true,"unchanged":false,"generation":2,"state":"\#(state)","durationSeconds":0.012,
                "holdSeconds":0,"phases":[],"statePreserved":true,"attempts":1}
                """#.utf8
            )
        )
        change(&result)
        return ReloadText.of(result)
    }

    @Test(
        "says that a generation serves only if it does",
        arguments: [
            ("running", "serves"), ("reloading", "serves"), ("stopped", "is stopped"),
            ("initialised", "is initialised"),
            ("paused", "is paused"), ("error", "is in error"),
        ]
    )
    func success(state: String, words: String) throws {
        #expect(try text(state) == "a: generation 2 \(words), state kept, 12 ms")
    }

    @Test("says which plugins can't do with the version that serves now")
    func warnings() throws {
        let text = try text("running") { $0.warnings = ["plugin 'b' needs plugin 'a' 2.0.0"] }
        #expect(text.hasSuffix(", 12 ms\n  warning: plugin 'b' needs plugin 'a' 2.0.0"))
    }

    @Test("says of what has not changed, or could not be reloaded, how it stands")
    func others() throws {
        #expect(try text("running") { $0.unchanged = true } == "a: unchanged: generation 2 serves this build already")
        let stopped = try text("stopped") { $0.unchanged = true }
        #expect(stopped == "a: unchanged: generation 2 is of this build already, and stopped")
        func failed(_ state: String, _ generation: UInt64) throws -> String {
            try text(state) { ($0.success, $0.generation, $0.error) = (false, generation, "no") }
        }
        #expect(try failed("running", 2) == "a: failed: no; generation 2 goes on, 12 ms")
        #expect(try failed("paused", 2) == "a: failed: no; generation 2 is still paused, 12 ms")
        #expect(try failed("error", 0) == "a: failed: no; nothing serves, 12 ms")
    }
}
