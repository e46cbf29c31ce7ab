internal import PluginHost

/// Shows the crashes that are kept: those that a running host tells of, or, without one, those in its state directory.
struct CrashesCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let reports = try await Self.reports(try context.sources(), of: context.arguments.operands.first)
        let isLast = context.arguments.has("--last")
        try Printing.attempt {
            switch (context.arguments.has("--json"), isLast) {
            case (true, true): try printJSON(reports.last)
            case (true, false): try printJSON(reports)
            case (false, true): try context.streams.print(reports.last.map(CrashText.details) ?? CrashText.none)
            case (false, false): try context.streams.print(CrashText.list(reports, width: context.streams.width))
            }
        }
    }

    private func printJSON(_ value: some Encodable) throws {
        try context.streams.output(try JSONCoding.encode(value, forPeople: true) + [UInt8(ascii: "\n")])
    }

    private static func reports(
        _ sources: (socket: String?, directory: String?),
        of plugin: String?
    ) async throws(CommandFailure) -> [CrashReport] {
        let result = await Blocking.run("client") { () -> Result<[CrashReport], CommandFailure> in
            do throws(CommandFailure) {
                guard let socket = sources.socket else { return .success(try read(sources.directory, of: plugin)) }
                do throws(ControlClientError) {
                    return .success(try ask(socket, about: plugin))
                } catch {
                    guard case .noHost = error, let directory = sources.directory else {
                        throw ClientVerb.failure(error)
                    }
                    return .success(try read(directory, of: plugin))
                }
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func ask(_ socket: String, about plugin: String?) throws(ControlClientError) -> [CrashReport] {
        var client = try ControlClient(path: socket)
        return try client.request("crashes", plugin.map { ["plugin": .string($0)] } ?? [:]).result()
    }

    private static func read(_ directory: String?, of plugin: String?) throws(CommandFailure) -> [CrashReport] {
        do throws(PluginError) {
            return try directory.map { directory throws(PluginError) in
                try StateDirectory.crashes(in: directory, of: plugin)
            } ?? []
        } catch {
            throw .failed(error)
        }
    }
}
