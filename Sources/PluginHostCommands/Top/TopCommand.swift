internal import LinuxSystem
internal import PluginHost

/// Shows the plugins of a running host live in the terminal.
struct TopCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let settings = try TopSettings(context.arguments)
        let isOnce = context.arguments.has("--once")
        let variables = context.program.variables
        guard isOnce || context.streams.outputIsTerminal && RawTerminal.isThere && variables["TERM"] != "dumb" else {
            throw .usage(
                "top needs a terminal that it can draw on\n"
                    + "Use plugin-host status in scripts, or plugin-host top --once for one frame as text"
            )
        }
        let path = try context.socketPath()
        let colours = variables["NO_COLOR", default: ""].isEmpty
        let result = await Blocking.run("top") { () -> Result<Void, CommandFailure> in
            do throws(CommandFailure) {
                try Printing.attempt {
                    do {
                        var client = try ControlClient(path: path)
                        let status: HostStatus = try client.request("status").result()
                        if isOnce { return try printFrame(settings, status, &client) }
                        var session = try TopSession(settings, path: path, first: status, colours: colours)
                        try session.run()
                    } catch let error as ControlClientError {
                        throw ClientVerb.failure(error)
                    }
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Prints the list, with the calls of one interval.
    private func printFrame(_ settings: TopSettings, _ first: HostStatus, _ client: inout ControlClient) throws {
        let columns = context.program.variables["COLUMNS"].flatMap { Int($0) } ?? RawTerminal.size()?.columns ?? 80
        var model = TopModel(interval: settings.interval, size: (max(20, min(columns, 1000)), 1))
        model.sort = settings.sort
        let began = MonotonicInstant.now
        model.take(.status(first, began))
        model.take(.events(try client.request("events").result()))
        let ends = began.advanced(by: settings.interval)
        _ = Monitor(()).wait(for: .entry, until: ends) { _ -> Void? in nil }
        model.take(.status(try client.request("status").result(), .now))
        // The head, a notice, the titles, and as many rows as there are.
        model.size.rows = model.rows.count + 3
        if model.size.rows < 5 { model.size.rows = 5 }
        model.selected = nil
        var lines = TopDrawing.screen(of: model).lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        try context.streams.print(lines.prefix(model.rows.count + 3).joined(separator: "\n"))
    }
}
