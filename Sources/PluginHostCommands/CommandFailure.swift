internal import PluginHost

/// Why a command did not do what it was asked, for the user and as an exit status.
struct CommandFailure: Error, Hashable {
    /// What is told on standard error; `nil` if all is said.
    let message: String?
    /// The exit status.
    let status: Int32

    /// The operation failed.
    static func failed(_ message: String) -> CommandFailure { CommandFailure(message: message, status: 1) }

    /// The operation failed in the library, which knows what is configured by its key and not by its flag.
    static func failed(_ error: PluginError) -> CommandFailure {
        let flag = "(--state-dir, or stateDirectory in the configuration)"
        return .failed(error.message.replacing("(stateDirectory)", with: flag))
    }

    /// The operation failed, and the result says why.
    static let failedAsPrinted = CommandFailure(message: nil, status: 1)

    /// The command line makes no sense.
    static func usage(_ message: String) -> CommandFailure { CommandFailure(message: message, status: 2) }

    /// No host answers.
    static func noHost(_ message: String) -> CommandFailure { CommandFailure(message: message, status: 3) }

    /// Nobody reads the output any more; a shell shows the same for a program that SIGPIPE ended.
    static let brokenPipe = CommandFailure(message: nil, status: 141)
}
