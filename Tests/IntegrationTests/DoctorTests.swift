import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The doctor", .limited, .serialized, .timeLimit(.minutes(10)))
struct DoctorTests {
    private func findings(_ result: ProgramBench.Result) throws -> [JSONValue] {
        try JSONDecoder().decode(JSONValue.self, from: Data(result.output.utf8))["findings"].elements
    }

    /// What is found in a place of the test, with these words and variables.
    private func doctor(
        _ bench: ProgramBench,
        _ words: String...,
        environment: [String: String] = [:]
    ) async throws -> ProgramBench.Result {
        try await bench.command(["doctor"] + bench.places + words, environment: environment)
    }

    @Test("finds no error where a host would work, without one")
    func quiet() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            let result = try await doctor(bench, "--json")
            let errors = try findings(result).filter { $0["severity"] == .string("error") }
            #expect(errors.isEmpty, "\(errors)")
            #expect(result.end == .exited(0))
            let subjects = Set(try findings(result).compactMap(\.["subject"].text))
            #expect(
                subjects.isSuperset(of: [
                    "socket", "plugin-directory", "state-directory", "runner", "plugin-file", "quarantine",
                    "watch-limits",
                    "clock", "sandbox", "memory-limit",
                ])
            )
            #expect(!FileManager.default.fileExists(atPath: bench.shop.state), "it has made something")
        }
    }

    @Test("asks a host that runs")
    func running() async throws {
        try await ProgramBench.run { bench async throws in
            try bench.shop.install(try Workshop.product("Counter"), as: "libCounter.so")
            try bench.shop.install("id=broken;fail=start", as: "libbroken.so")
            let host = try await bench.startHost()
            try await bench.until("it has failed", plugin: "broken") { $0["state"] == .string("error") }
            let result = try await doctor(bench, "--json")
            #expect(result.end == .exited(1))
            let found = try findings(result)
            #expect(found.contains { $0["subject"] == .string("host") && $0["severity"] == .string("ok") })
            #expect(found.contains { $0["message"].text?.hasPrefix("broken does not run") == true })
            host.kill()
            _ = try await host.ended()
            let after = try await doctor(bench, "--json")
            #expect(try findings(after).contains { $0["message"].text?.hasPrefix("nobody listens at") == true })
        }
    }

    @Test("finds files that no host would load, and a runner that is none")
    func faults() async throws {
        try await ProgramBench.run { bench async throws in
            try Data("no plugin".utf8).write(to: URL(fileURLWithPath: bench.shop.path("libtext.so")))
            let configuration = bench.shop.root + "/host.json"
            try Data(#"{"runner": "/bin/true"}"#.utf8).write(to: URL(fileURLWithPath: configuration))
            let result = try await doctor(bench, "--config", configuration)
            #expect(result.end == .exited(1))
            #expect(result.output.contains("✗ plugin-file"))
            #expect(result.output.contains("plugin-host inspect \(bench.shop.path("libtext.so"))"))
            #expect(result.output.contains("✗ runner"))
            #expect(result.errors == "")
        }
    }

    @Test("finds managed programs that could not be started, or that others can change, and starts none")
    func programs() async throws {
        try await ProgramBench.run { bench async throws in
            let (open, closed, started) = (
                bench.shop.root + "/open", bench.shop.root + "/closed", bench.shop.root + "/started"
            )
            for (path, mode) in [(open, 0o777), (closed, 0o644)] {
                let script = Data("#!/bin/sh\ntouch \(started)\n".utf8)
                #expect(FileManager.default.createFile(atPath: path, contents: script))
                #expect(chmod(path, mode_t(mode)) == 0)
            }
            let configuration = bench.shop.root + "/host.json"
            let text = """
                {"processes": {
                    "closed": {"command": "\(closed)"}, "good": {"command": "sh"},
                    "gone": {"command": "/gone/program", "autoStart": false}, "nowhere": {"command": "sh", "directory": "/gone"},
                    "open": {"command": "\(open)"}, "unknown": {"command": "no-such-program"}
                }}
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: configuration))
            let result = try await doctor(bench, "--config", configuration, "--json")
            let found = try findings(result).filter { $0["subject"] == .string("process") }
            let severities = found.compactMap(\.["severity"].text)
            #expect(severities == ["error", "warning", "ok", "error", "warning", "error"], "\(found)")
            #expect(found.allSatisfy { $0["severity"] == .string("ok") || $0["remedy"].text?.isEmpty == false })
            #expect(found.first?["message"].text?.contains("chmod +x") == true)
            #expect(!FileManager.default.fileExists(atPath: started))
        }
    }

    @Test("refuses what makes no sense, with status 2")
    func usage() async throws {
        try await ProgramBench.run { bench async throws in
            for words in [["doctor", "now"], ["doctor", "--isolation", "none"], ["doctor", "--socket"]] {
                #expect(try await bench.command(words).end == .exited(2), "\(words)")
            }
        }
    }
}
