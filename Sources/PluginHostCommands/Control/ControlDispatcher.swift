internal import LinuxSystem
internal import PluginHost

/// Carries the requests of clients out.
///
/// Everything here runs on the connection's own thread and blocks it until the answer is there; calls of plugins never
/// run on the threads that tasks run on.
struct ControlDispatcher: Sendable {
    static let methods =
        [
            "status", "info", "call", "reload", "reloadAll", "reloadTogether", "rollback", "reset", "isolate",
            "history",
            "quarantine.list", "quarantine.clear", "components", "crashes", "events", "events.follow", "processes.list",
            "processes.summary", "processes.start", "processes.stop", "processes.restart", "lifecycle.start",
            "lifecycle.stop",
            "lifecycle.pause", "lifecycle.resume", "lifecycle.refresh", "statistics", "health", "config.get",
            "config.set", "config.unset",
        ] + upkeepMethods + messagingMethods + metricsMethods + reportMethods

    let host: any HostControl
    /// Hears of each call of a plugin, before it is made.
    var heard: CallListener?

    /// Whoever wants to know which calls clients make: plugin, method and input.
    typealias CallListener = @Sendable (_ plugin: String, _ method: String, _ input: [UInt8]) -> Void

    /// Carries one message out; an answer for whose bytes there is no room becomes an error.
    func handle(
        _ line: [UInt8],
        isFollowing: Bool = false,
        hasRoom: (Int) -> Bool = { _ in true }
    ) -> ControlOutcome {
        let request: ControlRequest
        do throws(ControlRequest.Invalid) {
            request = try ControlRequest(line: line)
        } catch {
            return .answer(ControlMessage.failure(of: error.id, error.error))
        }
        do throws(ControlError) {
            if isFollowing, ["events.follow", "logs.follow"].contains(request.method) { throw Self.followsAlready }
            if request.method == "events.follow" { return try follow(request, hasRoom) }
            if request.method == "logs.follow" { return try followLog(request, hasRoom) }
            let result = try perform(request.method, request.parameters)
            if request.id != nil { try demand(hasRoom(result.count), for: result) }
            return .answer(request.id.map { ControlMessage.answer(to: $0, result: result) })
        } catch {
            return .answer(request.id.map { ControlMessage.failure(of: $0, error) })
        }
    }

    private func perform(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> [UInt8] {
        let host = host
        switch method {
        case "status":
            try parameters.allow()
            return try json(Blocking.wait { await host.status() })
        case "info":
            try parameters.allow("plugin")
            return try json(try info(of: try parameters.text("plugin")))
        case "call":
            return try json(try call(parameters))
        case "reload":
            try parameters.allow("plugins", "reason")
            let (ids, reason) = (try parameters.texts("plugins"), try parameters.optionalReason())
            return try json(Blocking.wait { await host.reload(ids, reason: reason) })
        case "reloadTogether":
            try parameters.allow("plugins", "reason")
            let (ids, reason) = (try parameters.texts("plugins"), try parameters.optionalReason())
            return try json(Blocking.wait { await host.reloadTogether(ids, reason: reason) })
        case "reloadAll":
            try parameters.allow("reason")
            let reason = try parameters.optionalReason()
            return try json(Blocking.wait { await host.reloadAll(reason: reason) })
        case "rollback":
            try parameters.allow("plugin", "generation")
            let id = try parameters.text("plugin")
            let generation = try parameters.optionalGeneration("generation")
            return try json(
                try plugin { () async throws(PluginError) in try await host.rollBack(id, to: generation) }
            )
        case "reset":
            try parameters.allow("plugin")
            let id = try parameters.text("plugin")
            return try json(try plugin { () async throws(PluginError) in try await host.resetState(of: id) })
        case "isolate":
            try parameters.allow("plugin", "isolation")
            let id = try parameters.text("plugin")
            let text = try parameters.text("isolation")
            guard let isolation = Isolation(text) else {
                throw .invalidParameters("isolation is in-process, process or group:NAME, not \(text)")
            }
            return try json(try plugin { () async throws(PluginError) in try await host.isolate(id, isolation) })
        case "history":
            try parameters.allow("plugin")
            let id = try parameters.text("plugin")
            return try json(try plugin { () async throws(PluginError) in try await host.history(of: id) })
        case "quarantine.list":
            try parameters.allow()
            return try json(Blocking.wait { await host.quarantines() })
        case "quarantine.clear":
            try parameters.allow("plugin")
            let id = try parameters.text("plugin")
            try plugin { () async throws(PluginError) in try await host.liftQuarantine(of: id) }
            return try json(["plugin": id])
        case "processes.list":
            try parameters.allow()
            return try json(Blocking.wait { await host.programs() })
        case "processes.summary":
            try parameters.allow()
            return try json(Blocking.wait { await host.programSummary() })
        case "processes.start", "processes.stop", "processes.restart":
            return try json(try program(method, parameters))
        case "components":
            try parameters.allow("plugin")
            let id = try parameters.optionalText("plugin")
            return try json(try plugin { () async throws(PluginError) in try await host.components(of: id) })
        case "crashes":
            try parameters.allow("plugin")
            let id = try parameters.optionalText("plugin")
            return try json(try plugin { () async throws(PluginError) in try await host.crashes(of: id) })
        case "statistics":
            try parameters.allow("plugin")
            let id = try parameters.text("plugin")
            return try json(try plugin { () async throws(PluginError) in try await host.statistics(of: id) })
        case "config.get":
            try parameters.allow("plugin")
            let id = try parameters.text("plugin")
            return try json(try plugin { () async throws(PluginError) in try await host.settings(of: id) })
        case "config.set", "config.unset":
            return try json(try configure(method, parameters))
        case "health":
            return try json(try health(parameters))
        case "lifecycle.start", "lifecycle.stop", "lifecycle.pause", "lifecycle.resume", "lifecycle.refresh":
            return try json(try lifecycle(method, parameters))
        case "events":
            try parameters.allow()
            return try json(Blocking.wait { await host.recentEvents() })
        default:
            if let answer = try performUpkeep(method, parameters) { return answer }
            if let answer = try performMetrics(method, parameters) { return answer }
            if let result = try performMessaging(method, parameters) { return result }
            if let result = try performReports(method, parameters) { return result }
            let hint = UsageError.suggestion(for: method, among: Self.methods)
            throw .methodNotFound("there is no method \(method)\(hint)")
        }
    }

    private static var followsAlready: ControlError {
        let message = "this connection follows something already; open another connection for that"
        return ControlError(PluginError(code: .busy, message: message))
    }

    func demand(_ isThere: Bool, for result: [UInt8]) throws(ControlError) {
        guard !isThere else { return }
        let fact = "it was done, but its answer, which is \(result.count) bytes in JSON, finds no room"
        let reason = "that is more than the host keeps for all clients, or others leave theirs unread"
        let remedy = "ask for less, or try again later; large data are better left in a file"
        throw ControlError(PluginError(code: .busy, message: "\(fact): \(reason); \(remedy)"))
    }

    private func follow(
        _ request: ControlRequest,
        _ hasRoom: (Int) -> Bool
    ) throws(ControlError) -> ControlOutcome {
        try request.parameters.allow()
        let host = host
        // First the stream and then the past, so that nothing falls between them.
        let stream = host.events()
        let recent = Blocking.wait { await host.recentEvents() }
        let result = try json(recent)
        try demand(hasRoom(result.count), for: result)
        let answer = request.id.map { ControlMessage.answer(to: $0, result: result) }
        return .follow(answer: answer, events: stream, known: Set(recent))
    }

    private func call(_ parameters: ControlParameters) throws(ControlError) -> CallAnswer {
        try parameters.allow("plugin", "method", "input", "inputBase64", "timeoutSeconds")
        let id = try parameters.text("plugin")
        let method = try parameters.text("method")
        let input = try parameters.bytes(text: "input", base64: "inputBase64")
        let timeout = try parameters.optionalSeconds("timeoutSeconds")
        heard?(id, method, input)
        do throws(PluginError) {
            return CallAnswer(plugin: id, method: method, bytes: try host.call(id, method, input, timeout: timeout))
        } catch {
            throw ControlError(error)
        }
    }

    private func program(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> ProgramStatus {
        let host = host
        let isStart = method == "processes.start"
        try isStart ? parameters.allow("process") : parameters.allow("process", "atOnce")
        let id = try parameters.text("process")
        let atOnce = try parameters.flag("atOnce")
        return try plugin { () async throws(PluginError) in
            switch method {
            case "processes.start": try await host.startProgram(id)
            case "processes.stop": try await host.stopProgram(id, atOnce: atOnce)
            default: try await host.restartProgram(id, atOnce: atOnce)
            }
        }
    }

    private func info(of id: String) throws(ControlError) -> PluginStatus {
        let host = host
        let plugins = Blocking.wait { await host.status() }.plugins
        if let plugin = plugins.first(where: { $0.id == id }) ?? plugins.first(where: { $0.path == id }) {
            return plugin
        }
        let known = plugins.isEmpty ? "none" : plugins.map(\.id).joined(separator: ", ")
        let near = Spelling.nearest(to: id, among: plugins.map(\.id)).map { "did you mean '\($0)'? " } ?? ""
        let message = "there is no plugin \(id); \(near)this host has \(known)"
        throw ControlError(PluginError(code: .notFound, message: message))
    }

    func plugin<Result: Sendable>(
        _ body: @escaping @Sendable () async throws(PluginError) -> Result
    ) throws(ControlError) -> Result {
        let result = Blocking.wait { () async -> Swift.Result<Result, PluginError> in
            do throws(PluginError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        do throws(PluginError) {
            return try result.get()
        } catch {
            throw ControlError(error)
        }
    }

    func json(_ value: some Encodable) throws(ControlError) -> [UInt8] {
        do throws(PluginError) {
            return try JSONCoding.encode(value)
        } catch {
            throw ControlError(error)
        }
    }
}
