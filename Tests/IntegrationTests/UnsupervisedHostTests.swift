import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("A host that nobody supervises", .limited, .timeLimit(.minutes(10)))
struct UnsupervisedHostTests {
    /// Starts a host with its plugins in its own process.
    private func start(_ bench: ProgramBench) async throws -> Program {
        let configuration = bench.shop.root + "/host.json"
        // What a runner has tried does not crash here any more.
        try Workshop.write(Data(#"{"probesBuilds": false}"#.utf8), to: configuration)
        return try await bench.startHost(
            "--isolation",
            "in-process",
            "--config",
            configuration,
            environment: SupervisionTests.quiet
        )
    }

    @Test(
        "knows who has crashed the one before it, and sets a committed build aside that has done it twice",
        arguments: [("crash", "SIGSEGV"), ("overflow", "SIGSEGV"), ("abort", "SIGABRT"), ("exit", "exit status 3")]
    )
    func crash(kind: String, end: String) async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a;\(kind)=execute")
            for count in 1...2 {
                let host = try await start(bench)
                _ = try await bench.command("call", "a", "value")
                _ = try await host.ended()
                let next = try await start(bench)
                let report = try #require(HostCrashArchive(stateDirectory: bench.shop.state).reports().last)
                #expect(report.pid == host.processID && report.end == end && report.uptimeSeconds > 0)
                let suspect = try #require(report.suspect)
                #expect(suspect.plugin == "a" && suspect.method == "value" && suspect.stage == .committed)
                let isSetAside = try await bench.plugin("a")["quarantine"]["code"] == .string("crashed")
                #expect(isSetAside == (count == 2), "\(next.errors)")
                // One that ends in order leaves nothing to the next.
                next.terminate()
                #expect(try await next.ended() == .exited(0))
                #expect(!FileManager.default.fileExists(atPath: bench.shop.state + "/crash-record"))
            }
        }
    }

    @Test("is known to have crashed, and by which plugin, when two threads have crashed at once")
    func together() async throws {
        try await ProgramBench.run { bench in
            try bench.shop.install("id=a;together=execute")
            let host = try await start(bench)
            _ = try await bench.command("call", "a", "value")
            #expect(try await host.ended() == .signalled(SIGSEGV))
            _ = try await start(bench)
            let report = try #require(HostCrashArchive(stateDirectory: bench.shop.state).reports().last)
            #expect(report.pid == host.processID && report.end == "SIGSEGV" && report.suspect?.plugin == "a")
        }
    }

    @Test(
        "is ended by a deadly signal that somebody sends, though it makes a backtrace first",
        .disabled(if: Sanitizer.isThere, "the backtracer and a sanitizer wait for each other"),
        arguments: [false, true]
    )
    func sent(isSupervised: Bool) async throws {
        try await ProgramBench.run { bench in
            let environment = Sanitizer.crashing.merging(["SWIFT_BACKTRACE": "enable=yes,interactive=no,limit=4"]) {
                $1
            }
            let host = try await bench.startHost(isSupervised: isSupervised, environment: environment)
            func process() async throws -> Int32? {
                let status = try await bench.command("status", "--json")
                let answer = try? JSONDecoder().decode(JSONValue.self, from: Data(status.output.utf8))
                return answer?["host"]["pid"].whole.map(Int32.init)
            }
            let first = try #require(try await process())
            #expect(kill(first, SIGSEGV) == 0)
            guard isSupervised else { return #expect(try await host.ended() == .signalled(SIGSEGV)) }
            try await bench.until("another host answers") {
                guard let next = try await process() else { return false }
                return next != first
            }
        }
    }
}
