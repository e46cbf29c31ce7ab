import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite("The end of a child process", .mayBlock, .timeLimit(.minutes(10)))
struct ChildProcessEndTests {
    @Test("is told on an event loop, with all that was printed before")
    func watched() async throws {
        let loop = try EventLoop(name: "children")
        defer { loop.stop() }
        let process = try ChildProcess(.shell("echo first; echo second; exit 3"))
        let printed = Mutex<[UInt8]>([])
        let end = await withCheckedContinuation { done in
            loop.perform {
                let pipe = process.output
                _ = try? pipe?.watch(on: loop) {
                    _ = pipe?.drain(limit: 3) { bytes in printed.withLock { $0 += bytes } }
                }
                let registration = Mutex<EventLoop.Registration?>(nil)
                let added = try? process.watchEnd(on: loop) {
                    if let added = registration.withLock({ $0.take() }) { loop.cancel(added) }
                    _ = pipe?.drain(limit: .max) { bytes in printed.withLock { $0 += bytes } }
                    done.resume(returning: try? process.endIfEnded())
                }
                registration.withLock { $0 = added }
            }
        }
        #expect(end == .exited(3))
        #expect(printed.withLock { String(decoding: $0, as: UTF8.self) } == "first\nsecond\n")
        #expect(try process.wait() == .exited(3))
    }

    @Test("is not there while it runs, and comes by force to a program that does not listen")
    func force() throws {
        let process = try ChildProcess(.shell("trap '' TERM; echo ready; while :; do sleep 1000; done"))
        #expect(try process.endIfEnded() == nil)
        var isReady = false
        process.readOutput { _ in
            if !isReady { process.terminate() }
            isReady = true
            process.terminate(byForce: true)
        }
        #expect(try process.wait() == .signalled(SIGKILL))
        #expect(try process.endIfEnded() == .signalled(SIGKILL))
    }

    @Test("is the end of what it has started in its group, also when nobody asked for it")
    func lingering() throws {
        let process = try ChildProcess(.shell("sleep 1000 & echo $!"))
        let child = try #require(Int32(try process.firstLine()))
        #expect(try process.wait() == .exited(0))
        // The pipe ends when nobody has it any more.
        process.readOutput { _ in }
        while ProcessFile.isAlive(child) { usleep(1000) }
    }

    @Test("comes when the last one lets go of it, and leaves no zombie")
    func letGo() throws {
        var process: ChildProcess? = try ChildProcess(.shell("sleep 1000"))
        let number = try #require(process?.processID)
        process = nil
        while kill(number, 0) == 0 { usleep(1000) }
    }

    @Test("is unknown when somebody else has waited for it, and then nobody is signalled")
    func stolen() throws {
        let process = try ChildProcess(.shell("exit 0"))
        var status: CInt = 0
        #expect(waitpid(process.processID, &status, 0) == process.processID)
        process.terminate(byForce: true)
        #expect(try process.wait() == .unknown)
    }

    @Test("reaches one that shares nothing with the group, when one signals the program alone")
    func alone() throws {
        let process = try ChildProcess(.shell("trap 'exit 9' USR1; (trap '' USR1; sleep 1000) & echo ready; wait"))
        #expect(try process.firstLine() == "ready")
        process.signal(SIGUSR1)
        #expect(try process.wait() == .exited(9))
    }

    // MARK: With the parent

    @Test("comes with the end of this process, and be that SIGKILL (RS-6)")
    func parentKilled() async throws {
        let path = try TemporaryDirectory().path + "-child"
        defer { unlink(path) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            var launch = ChildProcess.Launch.shell("echo $$ >\(path); exec sleep 1000")
            launch.endsWithParent = true
            let process = try ChildProcess(launch)
            while (try? ProcessFile.number(at: path)) == nil { usleep(1000) }
            _ = withExtendedLifetime(process) { kill(getpid(), SIGKILL) }
        }
        let child = try ProcessFile.number(at: path)
        while ProcessFile.isAlive(child) { usleep(1000) }
    }

    @Test("does not come with the end of the thread that has started it")
    func threadEnds() async throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let input = OwnedFileDescriptor(adopting: ends[1])
        let reading = SharedDescriptor(OwnedFileDescriptor(adopting: ends[0]))
        let process: ChildProcess = try await withCheckedThrowingContinuation { done in
            DetachedThread.start(name: "short") {
                var launch = ChildProcess.Launch.shell("read line; echo $line")
                launch.endsWithParent = true
                launch.input = .lent(reading)
                done.resume(with: Result { try ChildProcess(launch) })
            }
        }
        try input.write(Array("alive\n".utf8))
        #expect(try process.firstLine() == "alive")
        #expect(try process.wait() == .exited(0))
    }

    @Test("comes at once to a program of ours whose parent has gone before it could follow it")
    func orphan() async {
        await #expect(processExitsWith: .exitCode(7)) {
            do throws(SystemCallError) {
                try ParentDeath.follow(parent: 1 << 22)
            } catch {
                exit(error.code == ESRCH ? 7 : 8)
            }
        }
    }
}

/// A file into which a process has written its number.
enum ProcessFile {
    static func number(at path: String) throws -> Int32 {
        let bytes = try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd()
        guard bytes.last == UInt8(ascii: "\n"), let number = Int32(String(decoding: bytes.dropLast(), as: UTF8.self))
        else { throw SystemCallError(call: "read", code: ENODATA) }
        return number
    }

    /// Whether a process runs; one that nobody waits for does not.
    static func isAlive(_ number: Int32) -> Bool {
        guard let file = try? OwnedFileDescriptor.open("/proc/\(number)/stat", flags: O_RDONLY),
            let bytes = try? file.readToEnd()
        else { return false }
        let state = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ").first
        return state != "Z" && state != "X"
    }
}

extension ChildProcess {
    /// The first line that it prints.
    func firstLine() throws -> String {
        var lines = LineSplitter(limit: 4096)
        while true {
            let rest = try #require(output).drain(limit: 4096) { lines.append($0) }
            if let line = try lines.next() { return String(decoding: line, as: UTF8.self) }
            try #require(rest != .end)
            usleep(1000)
        }
    }
}

extension ChildProcess.Launch {
    /// A script of the shell.
    static func shell(_ script: String) -> Self {
        Self(executable: "/bin/sh", arguments: ["-c", script], environment: ["PATH": "/usr/bin:/bin"])
    }
}
