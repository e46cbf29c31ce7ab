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

    @Test("has no descriptor of this process but those that it is lent (TR-2)")
    func descriptors() throws {
        // As a plugin or a library might open one: inherited unless somebody takes care.
        let careless = open("/dev/null", O_RDONLY)
        let high = fcntl(careless, F_DUPFD, 200)
        defer { for number in [careless, high] { close(number) } }
        #expect(high >= 200)
        // The shell itself opens none, and `ls` one, to read the directory.
        let list = "ls /proc/$$/fd"
        #expect(try output(of: list) == "0\n1\n2\n")
        let files = [try AnonymousFile(Array("three".utf8)), try AnonymousFile(Array("four".utf8))]
        #expect(try output(of: list, lending: files) == "0\n1\n2\n3\n4\n")
        let read = "cat <&4; cat /proc/self/fd/3; cat"
        #expect(try output(of: read, input: AnonymousFile(Array("zero".utf8)), lending: files) == "fourthreezero")
    }

    private func output(
        of script: String,
        input: AnonymousFile? = nil,
        lending files: [AnonymousFile] = []
    ) throws -> String {
        let process = try ChildProcess(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin"],
            input: input,
            lending: files
        )
        var bytes: [UInt8] = []
        process.readOutput { bytes += $0 }
        _ = try process.wait()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("fails for a program that is not there")
    func missing() {
        #expect(throws: SystemCallError(call: "posix_spawn", code: ENOENT)) {
            try ChildProcess(executable: "/no/such/program", arguments: [], environment: [:])
        }
    }
}
