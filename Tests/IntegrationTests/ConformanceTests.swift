import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The conformance checker", .limited, .serialized, .timeLimit(.minutes(10)))
struct ConformanceTests {
    /// A plugin of the package, with what it needs to start and a few calls that it understands.
    struct Sample: CustomTestStringConvertible {
        var name: String
        var words: [String] = []
        var testDescription: String { name }
    }

    private static let samples = [
        Sample(name: "Counter", words: ["--call", "increment"]),
        Sample(name: "Greeter", words: ["--call", "greet=you"]),
        Sample(name: "WordCount", words: ["--call", "count=a few words, a few"]),
        Sample(name: "Reverse", words: ["--call", "reverse=abc"]),
        Sample(name: "Notes", words: ["--call", #"ph.action/add_note={"text":"milk"}"#]),
        Sample(name: "LineGateway"),
        Sample(name: "EventTally", words: ["--call", "ph.action/event_tally={}"]),
        Sample(name: "LoadWatch"), Sample(name: "Reception"),
    ]

    private func checks(_ result: ProgramBench.Result) throws -> [JSONValue] {
        let files = try JSONDecoder().decode([JSONValue].self, from: Data(result.output.utf8))
        return files.flatMap { $0["checks"].elements }
    }

    @Test("finds nothing wrong with the samples", arguments: samples)
    func passes(sample: Sample) async throws {
        try await ProgramBench.run { bench async throws in
            let file = "\(Workshop.products)/lib\(sample.name).so"
            let settings = #"{"socket":"\#(bench.shop.root)/lines.sock"}"#
            let words = ["check", file, "--json", "--timeout", "60s", "--settings", settings] + sample.words
            let result = try await bench.command(words)
            let broken = try checks(result).filter { $0["outcome"] == .string("failed") }
            #expect(broken.isEmpty, "\(broken.map { ($0["name"], $0["reason"], $0["output"]) })")
            #expect(result.end == .exited(0))
            #expect(result.errors == "")
        }
    }

    @Test(
        "finds what breaks a promise",
        arguments: [
            ("factory", "signals=1", "SIGUSR1"), ("factory", "abi=2", "version 2"),
            ("factory", "fail=factory", "nothing"),
            ("factory", "crash=constructor", "SIGSEGV"), ("descriptor", "version=one", "version"),
            ("descriptor", "deps=a@soon", "a@soon"), ("host-table", "trusting=1", "says that it has"),
            ("create", "fail=create", "asked to fail"), ("create", "leak=create", "bytes of heap"),
            ("create", "openfile=create", "descriptors"), ("create", "exit=destroy", "exit status 3"),
            ("leak", "leak=pause", "bytes of heap"), ("leak", "straggler=start", "threads"),
            ("order", "once=1", "start after"), ("order", "fail=refresh", "refresh"),
            ("order", "abort=unload", "SIGABRT"),
            ("calls", "stateless=1;fail=execute", "asked to fail"), ("threads", "straggler=start", "thread"),
            ("pause", "drift=1", "became"),
            ("interfaces", "wide=1", "instead of"), ("components", "actions=a,a", "twice"),
            ("settings", "configurable=1;fail=configure", "refuses"), ("health", "level=7", "no level"),
            ("health", "fail=health", "check_health"), ("health", "figures=none", "no JSON"),
            ("health", "health=unhealthy", "unhealthy"), ("unknown-methods", "unknown=5", "PH_NOT_FOUND"),
            ("empty-input", "crash=execute", "SIGSEGV"), ("large-input", "largest=65536", "SIGABRT"),
            ("deadlines", "sleepms=1800", "one second"), ("concurrency", "concurrent=1;alone=1", "SIGABRT"),
            ("state-round-trip", "drift=1", "came back"), ("state-round-trip", "fail=restore", "refuses"),
            ("state-short-reads", "oneread=1", "at a time"), ("state-empty", "careless=1", "own state"),
            ("state-random", "largest=65536", "SIGABRT"), ("state-random", "careless=1", "own state"),
            ("state-truncated", "careless=1", "own state"),
            ("state-newer", "careless=1;schema=1;schemas=1-1", "takes"),
            ("state-full-sink", "fullsink=1", "PH_OK"), ("refusals", "fail=resume", "resume"),
            ("reload", "fail=restore", "reload 1"),
        ].filter { !Sanitizer.isThere || !$0.1.hasPrefix("leak=") }  // Its heap is not the one that is counted.
    )
    func finds(check: String, behaviour: String, reason: String) async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;\(behaviour)")
            let file = bench.shop.path("liba.so")
            let words = [
                "check", file, "--only", check, "--json", "--timeout", "60s", "--seed", "7", "--call",
                "increment=-4711",
            ]
            // A plugin that fails in the calls that were given can't be checked any further.
            let isCall = behaviour.contains("crash=execute") || behaviour.contains("sleepms")
            let result = try await bench.command(isCall ? Array(words.dropLast(2)) : words)
            let found = try #require(try checks(result).first)
            #expect(found["outcome"] == .string("failed"), "\(found)")
            #expect(found["reason"].text?.contains(reason) == true, "\(found)")
            #expect(found["reproduce"].text?.contains("--only \(check) --seed 7 --reproduce") == true)
            #expect(found["hint"].text?.isEmpty == false)
            #expect(result.end == .exited(1))
        }
    }

    @Test("finds a symbol that is exported beside the factory")
    func exports() async throws {
        try await ProgramBench.run { bench async throws in
            var bytes = try Workshop.product("Reverse")
            let name = try #require(bytes.range(of: Data("\0_edata\0".utf8)))
            bytes.replaceSubrange(name, with: Data("\0helper\0".utf8))
            try bench.shop.install(bytes, as: "liba.so")
            let result = try await bench.command("check", bench.shop.path("liba.so"), "--only", "exports", "--json")
            let found = try #require(try checks(result).first)
            #expect(found["reason"] == .string("it exports helper beside ph_plugin_factory"))
            #expect(result.end == .exited(1))
        }
    }

    @Test("ends a plugin that hangs, and says in which step")
    func hangs() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;hang=pause")
            let result = try await bench.command(
                "check",
                bench.shop.path("liba.so"),
                "--only",
                "order",
                "--timeout",
                "500ms",
                "--seed",
                "7"
            )
            #expect(result.end == .exited(1))
            #expect(result.output.contains("it has not ended after 500 ms, when pause was called"))
            #expect(result.output.contains("--only order --seed 7 --reproduce"))
        }
    }

    @Test("makes a single check in the foreground, with the same result")
    func foreground() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;drift=1")
            let file = bench.shop.path("liba.so")
            let broken = try await bench.command("check", file, "--only", "pause", "--seed", "7", "--reproduce")
            #expect(broken.end == .exited(1))
            #expect(broken.output.contains("✗ pause"))
            let good = try await bench.command("check", file, "--only", "order", "--seed", "7", "--reproduce")
            #expect(good.end == .exited(0))
            #expect(good.output.contains("✓ order"))
        }
    }

    @Test("runs nothing of a file that no host would load")
    func refuses() async throws {
        try await ProgramBench.run { bench async throws in
            let cut = bench.shop.root + "/cut.so"
            try Workshop.product("Counter").prefix(1000).write(to: URL(fileURLWithPath: cut))
            for path in [cut, "/bin/sh", "/tmp", "/nowhere.so", "/dev/null"] {
                let result = try await bench.command("check", path)
                #expect(result.end == .exited(1), "\(path)")
                #expect(result.output.contains("0 passed, 1 failed, 28 skipped"), "\(path)")
                #expect(result.output.split(separator: "\n").count < 15, "\(path)")
            }
        }
    }

    @Test("skips what a plugin does not have, with the reason")
    func skips() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install("id=a;stateless=1")
            let result = try await bench.command("check", bench.shop.path("liba.so"), "--json")
            #expect(result.end == .exited(0))
            let skipped = try checks(result).filter { $0["outcome"] == .string("skipped") }
            #expect(
                Set(skipped.compactMap(\.["name"].text)).isSuperset(of: ["state-empty", "concurrency", "components"])
            )
            #expect(skipped.allSatisfy { $0["reason"].text?.isEmpty == false })
        }
    }
}
