internal import LinuxSystem
internal import PluginHost

extension ControlDispatcher {
    static let upkeepMethods = [
        "tasks.list", "tasks.run", "tasks.start", "tasks.stop", "heartbeat", "logs", "logs.follow", "logs.levels",
        "logs.setLevel",
    ]

    /// Carries out what is about tasks, heartbeat and log; `nil` for any other method.
    func performUpkeep(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> [UInt8]? {
        switch method {
        case "tasks.list":
            try parameters.allow()
            return try json(host.tasks())
        case "tasks.run", "tasks.start", "tasks.stop":
            try parameters.allow("task")
            return try json(try task(method, try parameters.text("task")))
        case "heartbeat":
            try parameters.allow()
            return try json(Blocking.wait { await host.heartbeat() })
        case "logs":
            return try json(host.recentLog(try Self.query(parameters)))
        case "logs.levels":
            try parameters.allow()
            return try json(host.logLevels())
        case "logs.setLevel":
            try parameters.allow("name", "level")
            let name = try parameters.optionalText("name")
            let level = try parameters.optionalText("level")
            // Without a level that of a plugin is taken back; there is none to take back of all.
            guard level != nil || name != nil else { throw .invalidParameters("level is missing") }
            host.setLogLevel(try level.map(Self.level), of: name)
            return try json(host.logLevels())
        default: return nil
        }
    }

    /// Begins to tell a client of new records, after those that it asks for.
    func followLog(
        _ request: ControlRequest,
        _ hasRoom: (Int) -> Bool
    ) throws(ControlError) -> ControlOutcome {
        let query = try Self.query(request.parameters)
        // First the stream and then the past, so that nothing falls between them.
        let stream = host.logRecords()
        let recent = host.recentLog(query)
        let result = try json(recent)
        try demand(hasRoom(result.count), for: result)
        let answer = request.id.map { ControlMessage.answer(to: $0, result: result) }
        return .followLog(answer: answer, records: stream, query: query, known: Set(recent))
    }

    private func task(_ method: String, _ name: String) throws(ControlError) -> TaskStatus {
        let host = host
        return try plugin { () async throws(PluginError) in
            switch method {
            case "tasks.run": return try await host.runTask(name)
            case "tasks.start": try host.startTask(name)
            default: try host.stopTask(name)
            }
            guard let status = host.task(name) else {
                throw PluginError(code: .notFound, message: "there is no task \(name) any more")
            }
            return status
        }
    }

    private static func query(_ parameters: ControlParameters) throws(ControlError) -> HostLog.Query {
        try parameters.allow("plugin", "level", "lines")
        var query = HostLog.Query(plugin: try parameters.optionalText("plugin"))
        if let text = try parameters.optionalText("level") { query.level = try level(text) }
        if let lines = try parameters.optionalGeneration("lines") { query.count = Int(min(lines, 100_000)) }
        return query
    }

    private static func level(_ text: String) throws(ControlError) -> LogRecord.Level {
        guard let level = LogRecord.Level(named: text) else {
            throw .invalidParameters("level is one of \(LogRecord.Level.list), not \(text)")
        }
        return level
    }
}
