import Glibc
import LinuxSystem
import TestSupport
import Testing

@Suite("A child process", .mayBlock, .timeLimit(.minutes(10)))
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

    @Test("gets what it is lent in the order wanted, whatever numbers that has here")
    func order() throws {
        let files = try (0..<12).map { try AnonymousFile(Array("\($0) ".utf8)) }
        let read = "for n in 3 4 5 6 7 8 9; do cat /proc/self/fd/$n; done; cat /dev/fd/10 /dev/fd/14"
        // The numbers are low ones and rise, so that each order but one needs care.
        for lent in [files, files.reversed()] {
            let order = (0..<12).map { lent[0] === files[0] ? $0 : 11 - $0 }
            let numbers = order[0...7] + [order[11]]
            #expect(try output(of: read, lending: lent) == numbers.map { "\($0) " }.joined())
        }
        #expect(try output(of: "cat <&3; cat <&4", lending: [files[0], files[0]]) == "0 ")
    }

    @Test("prints into two pipes, reads what it is lent, and starts where it is told to")
    func apart() throws {
        var launch = ChildProcess.Launch.shell("cat; pwd; echo wrong >&2")
        (launch.input, launch.output, launch.directory) = (
            .lent(try AnonymousFile(Array("read\n".utf8))), .apart, "/usr"
        )
        let process = try ChildProcess(launch)
        var (printed, errors): ([UInt8], [UInt8]) = ([], [])
        process.readOutput { printed += $0 }
        process.errors?.readToEnd { errors += $0 }
        #expect(String(decoding: printed, as: UTF8.self) == "read\n/usr\n")
        #expect(String(decoding: errors, as: UTF8.self) == "wrong\n")
        #expect(try process.wait() == .exited(0))
    }

    @Test("has no signal blocked or ignored, whatever this process does")
    func signals() throws {
        let before = signal(SIGUSR2, SIG_IGN)
        defer { _ = signal(SIGUSR2, before) }
        let lines = try output(of: "cat /proc/self/status").split(whereSeparator: \.isNewline)
        let masks = lines.filter { line in ["SigBlk", "SigIgn", "SigCgt"].contains { line.hasPrefix($0) } }
        #expect(masks.count == 3)
        #expect(masks.allSatisfy { $0.hasSuffix("0000000000000000") }, "\(masks)")
    }

    @Test("fails with the step that could not be done")
    func failures() {
        var launch = ChildProcess.Launch.shell("true")
        launch.directory = "/no/such/directory"
        #expect(throws: SystemCallError(call: "chdir", code: ENOENT)) { try ChildProcess(launch) }
        launch.directory = nil
        for (path, code) in [("/no/such/program", ENOENT), ("/etc/passwd", EACCES), ("/usr", EACCES)] {
            launch.executable = path
            for endsWithParent in [false, true] {
                launch.endsWithParent = endsWithParent
                #expect(throws: SystemCallError(call: "execve", code: code)) { try ChildProcess(launch) }
            }
        }
    }

    @Test("fails for a program that is not there")
    func missing() {
        #expect(throws: SystemCallError(call: "execve", code: ENOENT)) {
            try ChildProcess(executable: "/no/such/program", arguments: [], environment: [:])
        }
    }
}
