internal import LinuxSystem
internal import Glibc
internal import PluginHost

/// Where a command reads and writes.
package struct CommandStreams: Sendable {
    /// Reads standard input to its end.
    package var readInput: @Sendable () throws -> [UInt8]
    /// Writes to standard output.
    package var output: @Sendable ([UInt8]) throws -> Void
    /// Writes to standard error.
    package var error: @Sendable ([UInt8]) throws -> Void
    /// Whether results are read by a person.
    package var outputIsTerminal: Bool
    /// How many columns a terminal has that results go to; `nil` for anything else, where nothing has to be cut.
    package var width: Int?
    /// Whether messages may be coloured.
    package var colour: Bool
    /// Whether messages go to the system's journal.
    package var errorIsJournal: Bool

    package init(
        readInput: @escaping @Sendable () throws -> [UInt8],
        output: @escaping @Sendable ([UInt8]) throws -> Void,
        error: @escaping @Sendable ([UInt8]) throws -> Void,
        outputIsTerminal: Bool = false,
        width: Int? = nil,
        colour: Bool = false,
        errorIsJournal: Bool = false
    ) {
        self.readInput = readInput
        self.output = output
        self.error = error
        self.outputIsTerminal = outputIsTerminal
        self.width = width
        self.colour = colour
        self.errorIsJournal = errorIsJournal
    }

    /// The streams of this process.
    package static func standard(environment: [String: String]) -> CommandStreams {
        CommandStreams(
            readInput: { try StandardDescriptor.read(0) },
            output: { bytes in try StandardDescriptor.write(bytes, to: 1) },
            error: { bytes in try StandardDescriptor.write(bytes, to: 2) },
            outputIsTerminal: isatty(1) == 1,
            width: isatty(1) == 1 ? RawTerminal.size()?.columns ?? TextTable.width : nil,
            colour: isatty(2) == 1 && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb",
            errorIsJournal: StandardDescriptor.isJournal(2, named: environment["JOURNAL_STREAM"])
        )
    }

    /// Prints a line of the result; what a plugin says in it reaches no terminal but as text.
    func print(_ line: String) throws {
        try output(Array((LogText.printable(line) + "\n").utf8))
    }

    /// Tells the user something that is no result.
    ///
    /// A standard error that is closed is nobody's loss.
    func say(_ line: String) {
        sayAsItIs(LogText.printable(line))
    }

    /// The same for a line that may be coloured.
    func sayAsItIs(_ line: String) {
        try? error(Array((line + "\n").utf8))
    }
}
