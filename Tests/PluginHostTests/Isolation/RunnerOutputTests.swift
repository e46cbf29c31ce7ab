import LinuxSystem
import Testing

@testable import PluginHost

@Suite("What a runner prints")
struct RunnerOutputTests {
    /// What is logged of what was printed in these pieces.
    private func logged(_ pieces: String..., hasCrashed: Bool = true) -> [String] {
        var output = RunnerOutput()
        let lines = pieces.flatMap { output.take(Array($0.utf8), now: .now) { hasCrashed } }
        return lines + output.end()
    }

    @Test("is logged up to the backtrace, however the pieces are cut")
    func backtrace() {
        #expect(logged("last words\n", "\n", "*** ", "Signal 11: Backtracing\n", "frame\n") == ["last words"])
        #expect(logged("last words\n\n*** Signal 11: Backtracing\nframe\n", "frame\n") == ["last words"])
        #expect(logged("last words\n*** Sig", "nal 11: Backtracing\nframe") == ["last words"])
    }

    @Test("is logged after a line that looks like a backtrace, if there was no crash")
    func lookalike() {
        let lines = ["*** Signal flags ***", "more"]
        #expect(logged("*** Signal flags ***\nmore\n", hasCrashed: false) == lines)
    }

    @Test("is logged without lines that say nothing")
    func blank() {
        #expect(logged("one\n\n  \ntwo\n", "*** is no mark") == ["one", "two", "*** is no mark"])
    }
}
