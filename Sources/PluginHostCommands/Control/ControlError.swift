internal import PluginHost

/// An error as JSON-RPC carries it.
package struct ControlError: Error, Hashable, Sendable, Codable {
    /// What programs branch on.
    package struct Details: Hashable, Sendable, Codable {
        /// The name of the error, such as `not-found`.
        package var code: String
        /// The number that the plugin itself gave.
        package var status: Int32?
    }

    /// The number that JSON-RPC gives to the kind of failure.
    package var code: Int
    /// What failed, and why.
    package var message: String
    /// What programs branch on.
    package var data: Details?

    private init(_ code: Int, _ name: PluginError.Code, _ message: String) {
        self.code = code
        self.message = message
        data = Details(code: name.name, status: nil)
    }

    /// A failure of the operation itself.
    init(_ error: PluginError) {
        code = -32000
        message = error.message
        data = Details(code: error.code.name, status: error.status)
    }

    /// The message is no JSON.
    static func parseError(_ reason: String) -> ControlError {
        ControlError(-32700, .badPayload, "the message is no JSON: \(reason)")
    }

    /// The message is no request.
    static func invalidRequest(_ reason: String) -> ControlError {
        ControlError(-32600, .badPayload, reason)
    }

    /// There is no such method.
    static func methodNotFound(_ message: String) -> ControlError {
        ControlError(-32601, .methodNotFound, message)
    }

    /// The parameters are not what the method takes.
    static func invalidParameters(_ reason: String) -> ControlError {
        ControlError(-32602, .badPayload, reason)
    }
}
