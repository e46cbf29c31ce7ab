internal import CLinux
internal import Glibc
internal import Synchronization

/// A program that this process has started, in a process group of its own.
///
/// Its standard output and standard error arrive in one pipe, its standard input is empty unless something is lent for it,
/// and it starts with no signal blocked or ignored. It has these three descriptors, those that are lent, and no others.
package final class ChildProcess: Sendable {
    /// How a program has ended.
    package enum End: Hashable, Sendable {
        /// It said how it went; 0 is well.
        case exited(Int32)
        /// A signal ended it.
        case signalled(Int32)
    }

    /// The process, and the group.
    package let processID: Int32
    private let output: OwnedFileDescriptor
    /// Whether the process has been waited for: from then on the number may be another's.
    private let isReaped = Mutex(false)

    /// Starts a program by its path.
    ///
    /// Files that are lent are its descriptors 3, 4 and so on.
    package init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        input: AnonymousFile? = nil,
        lending files: [AnonymousFile] = []
    ) throws(SystemCallError) {
        var ends: [CInt] = [-1, -1]
        guard unsafe clinux_pipe(&ends) == 0 else { throw .last("pipe2") }
        output = OwnedFileDescriptor(adopting: ends[0])
        let sink = OwnedFileDescriptor(adopting: ends[1])

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
        if let input {
            unsafe posix_spawn_file_actions_adddup2(&actions, input.number, 0)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        unsafe posix_spawn_file_actions_adddup2(&actions, sink.number, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, sink.number, 2)
        for (index, file) in files.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, file.number, CInt(3 + index))
        }
        // Whatever plugins and libraries have opened without care stays here.
        _ = unsafe clinux_spawn_closing_from(&actions, CInt(3 + files.count))

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var words = unsafe ([executable] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, executable, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw SystemCallError(call: "posix_spawn", code: code) }
        processID = process
    }

    /// Hands over what the program prints, until it and all that it has started have closed the pipe.
    ///
    /// Blocks the thread.
    package func readOutput(_ body: ([UInt8]) -> Void) {
        let number = output.number
        while true {
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, filled in
                let start = buffer.baseAddress
                filled = (try? retryingOnInterrupt("read") { unsafe read(number, start, 65_536) }) ?? 0
            }
            if bytes.isEmpty { return }
            body(bytes)
        }
    }

    /// Waits for the end of the program, once.
    ///
    /// Blocks the thread.
    package func wait() throws(SystemCallError) -> End {
        var info = unsafe siginfo_t()
        // The zombie stays until no signal can be on its way to it.
        _ = try retryingOnInterrupt("waitid") { unsafe waitid(P_PID, id_t(processID), &info, WEXITED | WNOWAIT) }
        return try isReaped.withLock { isReaped throws(SystemCallError) in
            isReaped = true
            var status: CInt = 0
            _ = try retryingOnInterrupt("waitpid") { unsafe waitpid(processID, &status, 0) }
            let signal = status & 0x7f
            return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
        }
    }

    /// Asks the program, and all that it has started in its group, to end; or ends it by force.
    package func terminate(byForce: Bool = false) {
        isReaped.withLock { isReaped in
            if !isReaped { _ = kill(-processID, byForce ? SIGKILL : SIGTERM) }
        }
    }
}
