internal import CPluginABI
internal import LinuxSystem

/// Lets plugins publish events: `publish`, whose input is the topic, a line feed, and the data (RS-10).
struct EventService: HostService {
    let events: EventExchange

    var name: String { PH_EVENTS_V1 }
    var permission: Permission? { .emitEvents }

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        guard request.method == "publish" else {
            throw .unknownMethod(request.method, of: name, known: ["publish"])
        }
        let end = request.input.firstIndex(of: UInt8(ascii: "\n")) ?? request.input.endIndex
        guard let topic = String(validating: request.input[..<end], as: UTF8.self) else {
            throw PluginError(code: .badPayload, message: "the topic is no UTF-8")
        }
        try Topic.checkOpen(topic)
        // Of one that serves it is checked when it is published.
        if request.isOnTrial || request.standing.waits { try Topic.check(topic) }
        let (data, plugin) = (Array(request.input[end...].dropFirst()), request.plugin)
        let wait = min(request.deadline, .now.advanced(by: EventExchange.longestWait))
        try request.say(bytes: topic.utf8.count + data.count) { [events] () throws(PluginError) in
            try events.publish(topic, data, source: plugin, until: wait)
        }
        return []
    }
}

extension PluginError {
    /// Refuses a method that a service does not have.
    static func unknownMethod(_ method: String, of service: String, known: [String]) -> PluginError {
        PluginError(
            code: .methodNotFound,
            message: "\(service) has no \(method.prefix(64)); it has \(known.joined(separator: ", "))"
        )
    }
}
