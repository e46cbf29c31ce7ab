import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

/// The real `dev`, with a tool in the place of `swift` that builds a plugin by copying its source.
@Suite("plugin-host dev", .limited, .timeLimit(.minutes(10)))
struct DevelopTests {
    private struct Package {
        let bench: ProgramBench
        var directory: String { bench.shop.root + "/package" }
        var source: String { directory + "/Sources/A/plugin.so" }

        /// Makes the package with a first source, and the tool.
        func make(_ behaviour: String) throws {
            for name in ["Sources/A", "products", "tools"] {
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/\(name)",
                    withIntermediateDirectories: true
                )
            }
            let description = """
                {"name": "p", "path": "\(directory)",
                 "products": [{"name": "A", "targets": ["A"], "type": {"library": ["dynamic"]}}],
                 "targets": [{"name": "A", "path": "Sources/A", "sources": ["plugin.so"]}]}
                """
            let tool = """
                #!/bin/sh
                case "$*" in
                *describe*) cat '\(directory)/description.json' ;;
                *--show-bin-path*) echo '\(directory)/products' ;;
                *) cp '\(source)' '\(directory)/products/libA.so' ;;
                esac
                """
            try Workshop.write(Data(description.utf8), to: directory + "/description.json")
            try Workshop.write(Data(tool.utf8), to: directory + "/tools/swift")
            try save(behaviour)
        }

        /// Saves the source, whole and at once.
        func save(_ behaviour: String) throws {
            let temporary = bench.shop.root + "/" + UUID().uuidString
            try Workshop.write(try Workshop.adaptable(behaviour), to: temporary)
            guard rename(temporary, source) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }

        func start(_ words: String...) async throws -> Program {
            let places = ["--state-dir", bench.shop.state, "--socket", bench.socket]
            var environment = SupervisionTests.quiet
            environment["PATH"] = "\(directory)/tools:/usr/bin:/bin"
            let program = try bench.start(
                [ProgramBench.executable, "dev", directory] + places + words,
                environment: environment
            )
            try await bench.until("dev is ready") {
                program.output.contains("Try, in another terminal") || program.hasEnded
            }
            try #require(!program.hasEnded, "\(program.errors)")
            return program
        }

        /// Waits until a version of the plugin serves.
        func until(version: String) async throws {
            try await bench.until("version \(version) serves") {
                let result = try await bench.command("call", "a", "version")
                return result.end == .exited(0) && result.output.hasPrefix(version)
            }
        }
    }

    @Test(
        "survives a build that traps, goes on with the one before, and takes the next save (HR-5)",
        arguments: ["constructor", "create", "initialise", "start", "health"]
    )
    func survives(step: String) async throws {
        try await ProgramBench.run { bench in
            let package = Package(bench: bench)
            try package.make("id=a;version=1.0.0")
            let program = try await package.start()
            #expect(try await bench.output("call", "a", "increment", "7") == "7")
            try package.save("id=a;version=1.1.0;trap=\(step)")
            try await bench.until("the build is set aside") {
                let status = try await bench.command("status", "--json")
                guard status.end == .exited(0) else { return false }
                let answer = try JSONDecoder().decode(JSONValue.self, from: Data(status.output.utf8))
                return answer["plugins"].elements.first?["quarantine"]["code"] == .string("crashed")
            }
            try await package.until(version: "1.0.0")
            // Where the trial has stopped it, the host has not even noticed; otherwise the state is that of the last checkpoint.
            let value = ["start", "health"].contains(step) ? "0" : "7"
            #expect(try await bench.output("call", "a", "value") == value)
            let crashes = try await bench.json("crashes", "a").elements
            #expect(crashes.allSatisfy { $0["signal"] == .string("SIGILL") } && !crashes.isEmpty)
            try package.save("id=a;version=1.2.0")
            try await package.until(version: "1.2.0")
            #expect(try await bench.output("call", "a", "value") == value)
            #expect(!program.hasEnded)
            kill(program.processID, SIGINT)
            #expect(try await program.ended() == .exited(0))
        }
    }

    @Test("survives a first build that traps, and calls that trap time and again (HR-5)")
    func survivesAll() async throws {
        try await ProgramBench.run { bench in
            let package = Package(bench: bench)
            try package.make("id=a;trap=start")
            let program = try await package.start()
            for version in 1...6 {
                try package.save("id=a;version=1.\(version).0;trap=statistics")
                try await package.until(version: "1.\(version).0")
                // Whatever becomes of this one, it has trapped.
                _ = try await bench.command("statistics", "a")
            }
            try package.save("id=a;version=1.7.0")
            try await package.until(version: "1.7.0")
            // Builds of before say nothing of this one, which is where its developer has put it.
            #expect(try await bench.plugin("a")["isolation"] == .string("in-process"))
            #expect(!program.hasEnded)
            kill(program.processID, SIGINT)
            #expect(try await program.ended() == .exited(0))
        }
    }

    @Test("without a supervisor is ended by a trap, and the next one does without the build (HR-5)")
    func unsupervised() async throws {
        try await ProgramBench.run { bench in
            let package = Package(bench: bench)
            try package.make("id=a;version=1.0.0")
            let program = try await package.start("--no-supervise")
            try await package.until(version: "1.0.0")
            try package.save("id=a;version=1.1.0;trap=start")
            #expect(try await program.ended() == .signalled(SIGILL))
            let next = try await package.start("--no-supervise")
            try await package.until(version: "1.0.0")
            #expect(try await bench.plugin("a")["quarantine"]["code"] == .string("crashed"))
            kill(next.processID, SIGINT)
            #expect(try await next.ended() == .exited(0))
        }
    }
}
