internal import PluginHost

/// A request of a client, as JSON-RPC 2.0 has it.
struct ControlRequest: Hashable, Sendable {
    /// What the answer is sent under; `nil` for a notification, which is not answered.
    let id: JSONValue?
    let method: String
    let parameters: ControlParameters

    /// A message that is no request, and the id to answer it under.
    struct Invalid: Error {
        let id: JSONValue
        let error: ControlError
    }

    /// Reads one message.
    init(line: [UInt8]) throws(Invalid) {
        guard MessageShape(of: line).isModest else {
            let rule = "at most \(MessageShape.mostValues) values, at most \(MessageShape.deepest) deep"
            throw Invalid(id: .null, error: .invalidRequest("a message has \(rule)"))
        }
        let message: JSONValue
        do throws(PluginError) {
            message = try JSONCoding.decode(JSONValue.self, from: line)
        } catch {
            throw Invalid(id: .null, error: .parseError(error.message))
        }
        guard case .object(let fields) = message else {
            let isBatch = if case .array = message { true } else { false }
            let reason = isBatch ? "batches are not supported: send one request a line" : "a request is a JSON object"
            throw Invalid(id: .null, error: .invalidRequest(reason))
        }
        switch fields["id"] {
        case nil: id = nil
        case .null, .string, .integer, .number: id = fields["id"]
        default: throw Invalid(id: .null, error: .invalidRequest("id is a text or a number"))
        }
        let answerID = id ?? .null
        guard fields["jsonrpc"] == .string("2.0") else {
            throw Invalid(id: answerID, error: .invalidRequest("jsonrpc has to be \"2.0\""))
        }
        guard case .string(let method) = fields["method"] else {
            throw Invalid(id: answerID, error: .invalidRequest("method has to be a text"))
        }
        self.method = method
        switch fields["params"] {
        case nil: parameters = ControlParameters(values: [:])
        case .object(let values): parameters = ControlParameters(values: values)
        default:
            throw Invalid(id: answerID, error: .invalidParameters("params has to be an object: parameters go by name"))
        }
    }
}
