/// How a plugin is, with details for people.
public struct Health: Hashable, Sendable {
    /// The three answers to the question.
    public enum Status: Hashable, Sendable {
        /// Everything works.
        case healthy
        /// Works, but worse than it should.
        case degraded
        /// Does not work.
        case unhealthy
    }

    /// The answer.
    public let status: Status
    /// Why, for people.
    public let details: String

    /// Creates an answer.
    public init(_ status: Status, _ details: String = "") {
        self.status = status
        self.details = details
    }

    /// Everything works.
    public static let healthy = Health(.healthy)

    /// Works, but worse than it should.
    public static func degraded(_ details: String) -> Health {
        Health(.degraded, details)
    }

    /// Does not work.
    public static func unhealthy(_ details: String) -> Health {
        Health(.unhealthy, details)
    }
}
