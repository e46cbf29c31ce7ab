import Foundation
import LinuxSystem
import PluginHost
import TestSupport
import Testing

@Suite("The program's managed programs", .limited, .timeLimit(.minutes(10)))
struct ProgramProcessesTests {
    private func isAlive(_ process: Int64) -> Bool {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let state = text.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }

    private func configuration(_ bench: ProgramBench) throws -> String {
        let path = bench.shop.root + "/host.json"
        let text = """
            {"processes": {
                "sleeper": {"command": "sh", "arguments": ["-c", "echo asleep; exec sleep 1000"]},
                "later": {"command": "/bin/false", "autoStart": false}
            }}
            """
        try Workshop.write(Data(text.utf8), to: path)
        return path
    }

    @Test("are listed, stopped and started by command (PM-2, PM-3)")
    func commands() async throws {
        try await ProgramBench.run { bench in
            let host = try await bench.startHost("--config", try configuration(bench))
            let list = try await bench.json("processes").elements
            #expect(list.map(\.["id"]) == [.string("later"), .string("sleeper")])
            #expect(list.map(\.["state"]) == [.string("stopped"), .string("running")])
            #expect(try await bench.json("status")["processes"]["running"] == .integer(1))
            #expect(try await bench.output("status").contains("2 managed programs, 1 running"))
            try await bench.until("it has said something") { host.errors.contains("sleeper: asleep") }

            let twice = try await bench.command("processes", "start", "sleeper")
            #expect(twice.end == .exited(1))
            #expect(twice.errors.contains("sleeper is running already, as process"))
            #expect(try await bench.output("processes", "stop", "sleeper") == "sleeper: stopped, SIGTERM\n")
            #expect(try await bench.output("processes", "start", "sleeper").hasPrefix("sleeper: running, process "))
            #expect(try await bench.json("processes", "restart", "sleeper", "--now")["restarts"] == .integer(1))
            #expect(try await bench.command("processes", "start", "nobody").errors.contains("there are later, sleeper"))
            #expect(try await bench.output("events").contains("program-state-changed  sleeper  running to stopping"))

            host.terminate()
            #expect(try await host.ended() == .exited(0))
        }
    }

    @Test("end when the program is killed (PM-4)")
    func killed() async throws {
        try await ProgramBench.run { bench in
            let host = try await bench.startHost("--config", try configuration(bench))
            let list = try await bench.json("processes").elements
            guard case .integer(let process) = list.last?["pid"] else { return #expect(Bool(false)) }
            #expect(isAlive(process))
            host.kill()
            _ = try await host.ended()
            try await bench.until("its program is gone") { !isAlive(process) }
        }
    }
}
