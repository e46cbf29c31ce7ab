internal import CPluginABI

/// An error that reaches the host as it is: a code for programs and a message for people.
///
/// Any other error that a plugin throws arrives with the code ``Code/failed`` and its description.
public struct PluginFailure: Error, Hashable, Sendable {
    /// The kind of a failure; from 1000 on they are the plugin's own.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
        /// The number that the caller gets.
        public let rawValue: Int32

        /// Creates a code from its number.
        public init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// Creates a code from its number.
        public init(integerLiteral value: Int32) {
            self.rawValue = value
        }

        /// Failed, for a reason that the message gives.
        public static let failed = Code(rawValue: PH_FAILED)
        /// The input could not be understood.
        public static let badPayload = Code(rawValue: PH_BAD_PAYLOAD)
        /// There is no method of that name.
        public static let methodNotFound = Code(rawValue: PH_METHOD_NOT_FOUND)
        /// The caller may not do this.
        public static let unauthorised = Code(rawValue: PH_UNAUTHORISED)
        /// The thing that was asked for does not exist.
        public static let notFound = Code(rawValue: PH_NOT_FOUND)
        /// The deadline passed.
        public static let timedOut = Code(rawValue: PH_TIMED_OUT)
        /// Too much is going on; the caller may try again later.
        public static let busy = Code(rawValue: PH_BUSY)
        /// The plugin or the host is shutting down.
        public static let shuttingDown = Code(rawValue: PH_SHUTTING_DOWN)
        /// A defect of the host or of the SDK.
        public static let internalError = Code(rawValue: PH_INTERNAL)
        /// Not provided.
        public static let unsupported = Code(rawValue: PH_UNSUPPORTED)
        /// A saved state can't be read by this version.
        public static let stateRefused = Code(rawValue: PH_STATE_REFUSED)
    }

    /// The kind of the failure, for callers that branch on it.
    public let code: Code
    /// What happened, in one sentence.
    public let message: String

    /// Creates a failure of a kind.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Creates a failure of which no more is to be said than a message.
    public init(_ message: String) {
        self.init(.failed, message)
    }
}

extension PluginFailure: CustomStringConvertible {
    /// The message with its code.
    public var description: String { "\(message) (code \(code.rawValue))" }
}
