internal import CPluginABI
internal import PluginSDK
internal import Synchronization

// What instances do.
extension TestHost {
    func note(_ record: LoggedRecord, of seat: HostSeat) {
        guard grant(seat.asked).refusal(of: "log") == nil else { return }
        memory.withLock { $0.log.append(record) }
    }

    func take(_ event: Event, of seat: HostSeat) -> Int32 {
        guard grant(seat.asked).refusal(of: "events.emit") == nil else { return PH_UNAUTHORISED }
        memory.withLock { $0.events.append(event) }
        return PH_OK
    }

    /// Whether an instance finds a service: one that every host has, or that the test stands for.
    func offers(_ service: String, to seat: HostSeat) -> Bool {
        guard Grant.services.contains(service) || memory.withLock({ $0.answers[service] != nil }) else { return false }
        return Grant.permission(for: service).map { grant(seat.asked).refusal(of: $0) == nil } ?? true
    }

    func serve(_ request: ServiceRequest, asked: [String]) throws(PluginFailure) -> [UInt8] {
        let callee = request.service == PH_PLUGINS_V1 ? try self.callee(of: request, asked) : nil
        let answer = memory.withLock { memory in
            memory.requests.append(request)
            return memory.answers[request.service]
        }
        if let answer { return try Self.attempt { try answer(request) } }
        switch request.service {
        case PH_SHARED_STATE_V1:
            return try memory.withLock { (memory) throws(PluginFailure) in
                try memory.shared.serve(request.method, request.input)
            }
        case PH_PLUGINS_V1:
            guard let callee, let answer = memory.withLock({ $0.plugins[callee.plugin] }) else {
                throw PluginFailure(.notFound, "there is no plugin \(callee?.plugin ?? ""); see answerCalls(of:with:)")
            }
            return try Self.attempt { try answer(callee.method, request.input) }
        case PH_EVENTS_V1: return try publish(request)
        // A chain of no hooks changes nothing.
        case PH_HOOKS_V1: return request.input
        case PH_ACTIONS_V1 where request.method == "ph.list": return Array("[]".utf8)
        case PH_ACTIONS_V1:
            throw PluginFailure(.notFound, "there is no action \(request.method); see answer(_:with:)")
        case PH_GATEWAYS_V1 where request.method == "receive": return Array(#"{"accepted":true}"#.utf8)
        case PH_GATEWAYS_V1 where request.method == "send": return Array("{}".utf8)
        // What these answer tells nothing; that they were asked is in `requests`.
        default: return []
        }
    }

    private func publish(_ request: ServiceRequest) throws(PluginFailure) -> [UInt8] {
        let end = request.input.firstIndex(of: UInt8(ascii: "\n")) ?? request.input.endIndex
        let topic = String(decoding: request.input[..<end], as: UTF8.self)
        guard request.method == "publish" else {
            throw PluginFailure(.methodNotFound, "\(request.service) has no \(request.method); it has publish")
        }
        guard !topic.hasPrefix("ph.") else {
            throw PluginFailure(.unauthorised, "\(topic): the topics that begin with ph. are the host's own")
        }
        guard DeclaredComponents.isTopic(topic) else {
            throw PluginFailure(.badPayload, "\"\(topic)\" is no topic: words joined by points, such as order.created")
        }
        let event = Event(topic: topic, source: request.plugin, data: Array(request.input[end...].dropFirst()))
        memory.withLock { $0.events.append(event) }
        return []
    }

    /// Which plugin and method a call is for, if the caller may.
    private func callee(
        of request: ServiceRequest,
        _ asked: [String]
    ) throws(PluginFailure) -> (plugin: String, method: String) {
        let parts = request.method.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
            throw PluginFailure(.badPayload, "'\(request.method)' names no plugin and method, as ID/METHOD does")
        }
        let permission = "call:\(parts[0])"
        if let reason = grant(asked).refusal(of: permission) {
            throw PluginFailure(.unauthorised, "\(request.plugin): the permission '\(permission)' \(reason)")
        }
        return (parts[0], parts[1])
    }

    private func grant(_ asked: [String]) -> Grant { Grant(asked: asked, denied: denied) }

    private static func attempt(_ body: () throws -> [UInt8]) throws(PluginFailure) -> [UInt8] {
        do {
            return try body()
        } catch let failure as PluginFailure {
            throw failure
        } catch {
            throw PluginFailure("\(error)")
        }
    }
}
