/// An event that a handler takes.
public struct Event: Hashable, Sendable {
    /// What it is about: words joined by points.
    public var topic: String
    /// What tells it from all others.
    public var id: String
    /// The plugin that has published it, or the host.
    public var source: String
    /// When it was published, in ISO 8601, UTC.
    public var time: String
    /// What it carries.
    public var data: [UInt8]

    /// Creates an event, for tests.
    public init(topic: String, id: String = "", source: String = "", time: String = "", data: [UInt8] = []) {
        (self.topic, self.id, self.source, self.time, self.data) = (topic, id, source, time, data)
    }

    /// The data as text; what is no UTF-8 in it is replaced.
    public var text: String { String(decoding: data, as: UTF8.self) }

    /// Reads the data as JSON.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(PluginFailure) -> Value {
        try JSON.decode(type, from: data, failingWith: .badPayload, "the event \(topic)")
    }

    /// Reads what the host sends: a line of JSON, and the data.
    init(input: [UInt8]) throws(PluginFailure) {
        struct Header: Decodable {
            var topic: String
            var id: String?
            var source: String?
            var time: String?
        }
        let end = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.endIndex
        let header = try JSON.decode(
            Header.self,
            from: Array(input[..<end]),
            failingWith: .badPayload,
            "the event's header"
        )
        self.init(
            topic: header.topic,
            id: header.id ?? "",
            source: header.source ?? "",
            time: header.time ?? "",
            data: Array(input[end...].dropFirst())
        )
    }
}
