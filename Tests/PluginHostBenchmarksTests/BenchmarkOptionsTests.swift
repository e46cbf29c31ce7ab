import Testing

@testable import PluginHostBenchmarks

@Suite("The benchmarks' command line")
struct BenchmarkOptionsTests {
    private static let known = ["call.empty", "call.64k", "reload.rename", "reload.rename.idle", "idle"]

    private func parse(_ words: String...) throws -> BenchmarkOptions {
        try BenchmarkOptions.parse(words, known: Self.known)
    }

    @Test("asks for everything if it names nothing")
    func everything() throws {
        let options = try parse("--quick", "--json", "--directory", "/dev/shm")
        #expect(options.isQuick && options.printsJSON)
        #expect(options.directory == "/dev/shm")
        #expect(Self.known.allSatisfy(options.includes))
    }

    @Test("takes a name for itself and for those that go on after a point")
    func groups() throws {
        let options = try parse("call", "reload.rename")
        #expect(
            Self.known.filter(options.includes) == ["call.empty", "call.64k", "reload.rename", "reload.rename.idle"]
        )
        #expect(throws: BenchmarkFailure.self) { try parse("cal") }
        #expect(throws: BenchmarkFailure.self) { try parse("call.") }
    }

    @Test(
        "refuses what it does not know, names what there is, and says what may be meant",
        arguments: [
            ("reload.renme", "did you mean reload.rename?", "call.empty call.64k"),
            ("cals", "did you mean call?", "call.empty call.64k"),
            ("--quik", "did you mean --quick?", "--json --quick"),
        ]
    )
    func refusal(word: String, hint: String, list: String) throws {
        let failure = try #require(throws: BenchmarkFailure.self) { try parse(word) }
        #expect(failure.status == 64)
        #expect(failure.message.contains(hint))
        #expect(failure.message.contains("There are: " + list))
    }

    @Test("refuses an option without its value")
    func directory() throws {
        #expect(throws: BenchmarkFailure.usage("--directory needs a directory")) { try parse("--directory") }
    }

    @Test("knows every figure that is promised, each once")
    func catalogue() {
        let names = Catalogue.names
        #expect(Set(names).count == names.count)
        let promised = [
            "call.empty", "call.swift", "call.64k", "call.typed", "reload.rename", "reload.write", "hold.0", "hold.64k",
            "hold.16m", "storm.calls", "start.1", "start.100", "start.1000", "scan.10000", "memory.generation", "idle",
        ]
        #expect(promised.filter { !names.contains($0) } == [])
        #expect(names.filter { Catalogue.targets[$0] == nil } == [])
    }
}
