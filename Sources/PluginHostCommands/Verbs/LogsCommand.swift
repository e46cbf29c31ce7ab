internal import PluginHost

/// Shows the log of a running host, or, without one, that in its state directory; sets levels of a running host (CH-4).
struct LogsCommand: Sendable {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let settings = try context.arguments.values("--set-level").map(Self.setting)
        let query = try Self.query(context.arguments)
        let (socket, directory) = try context.sources()
        let isFollowing = context.arguments.has("--follow")
        guard !isFollowing || socket != nil else {
            throw .usage("--follow needs a running host: leave --state-dir out")
        }
        guard settings.isEmpty || socket != nil else {
            throw .usage("--set-level needs a running host: leave --state-dir out")
        }
        let shown =
            context.arguments.operands.first ?? ["--follow", "--lines", "--level"].first(where: context.arguments.has)
        if let shown, !settings.isEmpty {
            throw .usage("--set-level shows no records: leave \(shown) out; ID=LEVEL is for one plugin")
        }
        let result = await Blocking.run("client") { () -> Result<Void, CommandFailure> in
            do throws(CommandFailure) {
                try Printing.attempt {
                    do {
                        guard let socket else { return try show(try Self.read(directory, query)) }
                        var client = try ControlClient(path: socket)
                        guard settings.isEmpty else { return try set(settings, &client) }
                        try follow(query, isFollowing, &client)
                    } catch let error as ControlClientError {
                        guard case .noHost = error, !isFollowing, settings.isEmpty, let directory else {
                            throw ClientVerb.failure(error)
                        }
                        let records = try Self.read(directory, query)
                        guard !records.isEmpty else { throw ClientVerb.failure(error) }
                        try show(records)
                    }
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    // MARK: Arguments

    private static func query(_ arguments: ParsedArguments) throws(CommandFailure) -> HostLog.Query {
        var query = HostLog.Query(plugin: arguments.operands.first)
        if let name = arguments.value("--level") {
            guard let level = LogRecord.Level(named: name) else {
                throw .usage("--level knows \(LogRecord.Level.list), not \(name)")
            }
            query.level = level
        }
        if let text = arguments.value("--lines") {
            guard let count = Int(text), (1...100_000).contains(count) else {
                throw .usage("--lines needs a whole number from 1 to 100000, not \(text)")
            }
            query.count = count
        }
        return query
    }

    /// Reads `ID=LEVEL`, or `LEVEL` for all of which nothing else is said; the level `default` takes one back.
    private static func setting(_ text: String) throws(CommandFailure) -> (name: String?, level: LogRecord.Level?) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts.count == 2 ? parts[0] : nil
        if name != nil, parts.last == "default" { return (name, nil) }
        guard name?.isEmpty != true, let level = LogRecord.Level(named: parts.last ?? "") else {
            throw .usage(
                "--set-level needs LEVEL or ID=LEVEL, with a level of \(LogRecord.Level.list), not \(text); "
                    + "ID=default takes the level of a plugin back"
            )
        }
        return (name, level)
    }

    // MARK: Work

    private func set(_ settings: [(name: String?, level: LogRecord.Level?)], _ client: inout ControlClient) throws {
        var answer: ControlClient.Response?
        for (name, level) in settings {
            var parameters: [String: JSONValue] = [:]
            if let name { parameters["name"] = .string(name) }
            if let level { parameters["level"] = .string(level.name) }
            answer = try client.request("logs.setLevel", parameters)
        }
        guard let answer else { return }
        try context.printResult(answer) { (levels: LogLevels) in
            let named = levels.byName.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.name)" }
            return (["level: \(levels.standard.name)"] + named).joined(separator: "\n")
        }
    }

    private func follow(_ query: HostLog.Query, _ isFollowing: Bool, _ client: inout ControlClient) throws {
        var parameters: [String: JSONValue] = [
            "level": .string(query.level.name), "lines": .integer(Int64(query.count)),
        ]
        if let plugin = query.plugin { parameters["plugin"] = .string(plugin) }
        let answer = try client.request(isFollowing ? "logs.follow" : "logs", parameters)
        try show(try answer.result([LogRecord].self))
        while isFollowing {
            if let record = try client.notification("record", as: LogRecord.self) { try show([record]) }
        }
    }

    private func show(_ records: [LogRecord]) throws {
        let isJSON = context.arguments.has("--json")
        if records.isEmpty, !isJSON, let name = context.arguments.operands.first {
            context.streams.say("plugin-host: no record of \(name) is kept")
        }
        for record in records {
            let line = isJSON ? try JSONCoding.encode(record.json) : Array(LogLine.text(record).utf8)
            try context.streams.output(line + [UInt8(ascii: "\n")])
        }
    }

    private static func read(_ directory: String?, _ query: HostLog.Query) throws(CommandFailure) -> [LogRecord] {
        guard let directory else { return [] }
        do throws(PluginError) {
            let file = LogFile(path: LogFile.standardPath(stateDirectory: directory), kept: 100)
            return try file.recent(query.count) { query.wants($0) }
        } catch {
            throw .failed(error)
        }
    }
}
