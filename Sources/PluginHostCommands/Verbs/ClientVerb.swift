internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// A command that asks a running host.
struct ClientVerb: Sendable {
    /// Checks what the table of commands can't, and gives back what to do once the host is there.
    let prepare: @Sendable (CommandContext) throws(CommandFailure) -> @Sendable (inout ControlClient) throws -> Void

    /// The command with the name.
    static func named(_ name: String) -> ClientVerb? {
        switch name {
        case "status": .status
        case "list": .list
        case "info": .info
        case "call": .call
        case "reload": .reload
        case "rollback": .rollback
        case "isolate": .isolate
        case "reset": .reset
        case "start": .start
        case "stop": .stop
        case "pause": .pause
        case "resume": .resume
        case "refresh": .refresh
        case "statistics": .statistics
        case "health": .health
        case "config": .config
        case "history": .history
        case "quarantine": .quarantine
        case "processes": .processes
        case "components": .components
        case "events": .events
        case "tasks": .tasks
        case "heartbeat": .heartbeat
        case "emit": .emit
        case "handlers": .handlers
        case "hook": .hook
        case "actions": .actionList
        case "act": .act
        case "gateways": .gateways
        case "send": .send
        case "graph": .graph
        case "metrics": .metrics
        default: nil
        }
    }

    /// Connects to the host and does the work, on a thread of its own.
    func run(_ context: CommandContext) async throws(CommandFailure) {
        let work = try prepare(context)
        let path = try context.socketPath()
        let result = await Blocking.run("client") { () -> Result<Void, CommandFailure> in
            do throws(CommandFailure) {
                try Self.perform(work, at: path)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private static func perform(
        _ work: @Sendable (inout ControlClient) throws -> Void,
        at path: String
    ) throws(CommandFailure) {
        try Printing.attempt {
            do {
                var client = try ControlClient(path: path)
                try work(&client)
            } catch let error as ControlClientError {
                throw failure(error)
            }
        }
    }

    /// What is told of a connection that failed.
    static func failure(_ error: ControlClientError) -> CommandFailure {
        switch error {
        case .noHost(let path, let reason):
            .noHost(
                "no host is reachable at \(path): \(reason)\n"
                    + (reason == SystemCallError(call: "connect", code: EACCES).reason
                        ? "Ask as the user that the host runs as, or as root"
                        : "Start one with plugin-host run, or name its socket with --socket PATH")
            )
        case .broken(let message): .failed(message)
        case .refused(let error):
            .failed("\(error.data.map { "\($0.code): " } ?? "")\(LogText.oneLine(error.message))")
        }
    }
}

extension CommandContext {
    /// The socket to ask first, and the directory to look at without a host.
    func sources() throws(CommandFailure) -> (socket: String?, directory: String?) {
        // Who names a directory wants to know about that one, whichever host may run.
        if let directory = arguments.value("--state-dir") { return (nil, directory) }
        return (try socketPath(), paths.stateDirectory)
    }

    /// The name that is given with `--format`, for which `--json` may stand as well.
    func format() throws(CommandFailure) -> String {
        guard let format = arguments.value("--format") else { return arguments.has("--json") ? "json" : "text" }
        guard !arguments.has("--json") || format == "json" else {
            throw .usage("--format \(format) and --json exclude each other")
        }
        return format
    }

    /// Prints a result as JSON if that is wanted, and else as text.
    func printResult<Value: Decodable>(
        _ answer: ControlClient.Response,
        _ text: (Value) -> String
    ) throws {
        if arguments.has("--json") {
            try printJSON(try answer.result(JSONValue.self))
        } else {
            try streams.print(text(try answer.result(Value.self)))
        }
    }

    /// Prints a value as JSON for people and programs.
    func printJSON(_ value: JSONValue) throws {
        try streams.output(try JSONCoding.encode(value, forPeople: true) + [UInt8(ascii: "\n")])
    }
}
