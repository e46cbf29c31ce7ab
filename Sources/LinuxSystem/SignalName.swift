internal import Glibc

/// The names of signals, as people know them.
package enum SignalName {
    private static let names: [CInt: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
        SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGUSR1: "SIGUSR1",
        SIGSEGV: "SIGSEGV", SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM",
        SIGSYS: "SIGSYS", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
    ]

    /// The name of a signal; one that has none is called by its number.
    package static func of(_ number: Int32) -> String {
        names[number] ?? "signal \(number)"
    }

    private static let meanings: [CInt: String] = [
        SIGHUP: "its terminal is gone",
        SIGILL: "an illegal instruction, which is also how a Swift program traps",
        SIGTRAP: "a trap",
        SIGABRT: "it aborted itself",
        SIGBUS: "memory whose file is too short, or an address that is not aligned",
        SIGFPE: "an impossible calculation, such as a division by zero",
        SIGKILL: "it was killed, by somebody or because memory ran out",
        SIGSEGV: "memory that is not its own",
        SIGPIPE: "nobody reads what it writes",
        SIGTERM: "it was told to end",
        SIGXCPU: "its limit of processor time",
        SIGXFSZ: "its limit of the size of files",
        SIGSYS: "a system call that is forbidden to it",
    ]

    /// What a signal says of the process that it ended; `nil` for one that says nothing.
    package static func meaning(of number: Int32) -> String? {
        meanings[number]
    }
}
