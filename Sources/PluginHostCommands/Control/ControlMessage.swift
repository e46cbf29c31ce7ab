internal import PluginHost

/// The messages that a server sends, each a line.
enum ControlMessage {
    /// The answer to a request; the result is JSON on one line.
    static func answer(to id: JSONValue, result: [UInt8]) -> [UInt8] {
        Array(#"{"jsonrpc":"2.0","id":"#.utf8) + json(id) + Array(#","result":"#.utf8) + result + Array("}\n".utf8)
    }

    /// The refusal of a request.
    static func failure(of id: JSONValue, _ error: ControlError) -> [UInt8] {
        Array(#"{"jsonrpc":"2.0","id":"#.utf8) + json(id) + Array(#","error":"#.utf8) + json(error) + Array("}\n".utf8)
    }

    /// What a client that follows the events is told.
    static func notification(_ method: String, _ parameters: some Encodable) -> [UInt8] {
        let start = #"{"jsonrpc":"2.0","method":"\#(method)","params":"#
        return Array(start.utf8) + json(parameters) + Array("}\n".utf8)
    }

    /// Values of our own types can always be written, except for numbers that JSON does not have.
    private static func json(_ value: some Encodable) -> [UInt8] {
        (try? JSONCoding.encode(value)) ?? Array("null".utf8)
    }
}
