import Glibc
import LinuxSystem
import Testing

@Suite("A child process", .mayBlock, .timeLimit(.minutes(1)))
struct ChildProcessTests {
    private func start(_ script: String) throws -> ChildProcess {
        try ChildProcess(executable: "/bin/sh", arguments: ["-c", script], environment: ["NAME": "value"])
    }

    @Test("hands over both of its outputs and its exit status")
    func output() throws {
        let process = try start("echo $NAME; echo error >&2; exit 7")
        var bytes: [UInt8] = []
        process.readOutput { bytes += $0 }
        #expect(String(decoding: bytes, as: UTF8.self) == "value\nerror\n")
        #expect(try process.wait() == .exited(7))
    }

    @Test("ends with all that it has started")
    func group() throws {
        let process = try start("sleep 1000 & echo ready; wait")
        var isReady = false
        process.readOutput { bytes in
            if !isReady { process.terminate() }
            isReady = true
        }
        #expect(isReady)
        #expect(try process.wait() == .signalled(SIGTERM))
        process.terminate(byForce: true)
    }

    @Test("fails for a program that is not there")
    func missing() {
        #expect(throws: SystemCallError(call: "posix_spawn", code: ENOENT)) {
            try ChildProcess(executable: "/no/such/program", arguments: [], environment: [:])
        }
    }
}
