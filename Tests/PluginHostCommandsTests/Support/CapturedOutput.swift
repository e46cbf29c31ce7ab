import PluginHost
import PluginHostCommands
import Synchronization

/// Runs command lines, and keeps what they print.
final class CapturedOutput: Sendable {
    private let bytes = Mutex<(output: [UInt8], error: [UInt8])>(([], []))

    var output: String { String(decoding: bytes.withLock { $0.output }, as: UTF8.self) }
    var error: String { String(decoding: bytes.withLock { $0.error }, as: UTF8.self) }

    func streams(input: String = "") -> CommandStreams {
        CommandStreams(
            readInput: { Array(input.utf8) },
            output: { [self] more in bytes.withLock { $0.output += more } },
            error: { [self] more in bytes.withLock { $0.error += more } }
        )
    }

    func run(
        _ words: String...,
        input: String = "",
        variables: [String: String] = [:],
        host: HostDouble = HostDouble(),
        untilTerminated: @escaping @Sendable () async -> Void = {}
    ) async -> Int32 {
        await run(words: words, input: input, variables: variables, host: host, untilTerminated: untilTerminated)
    }

    func run(
        words: [String],
        input: String = "",
        variables: [String: String] = [:],
        host: HostDouble = HostDouble(),
        untilTerminated: @escaping @Sendable () async -> Void = {}
    ) async -> Int32 {
        let program = ProgramEnvironment(
            variables: variables,
            streams: streams(input: input),
            currentDirectory: "/nowhere",
            makeHost: { _, log in
                host.state.withLock { $0.sink = log }
                return host
            },
            untilTerminated: untilTerminated
        )
        return await CommandLineTool.run(words, in: program)
    }
}
