/// What an instance asks one of its host's services for.
package struct ServiceCall: Hashable, Sendable {
    /// The name of the service, such as `ph.shared-state/1`.
    package var service: String
    package var method: String
    package var input: [UInt8]
    /// When the instance stops waiting, in nanoseconds of CLOCK_MONOTONIC; 0 for the host's default.
    package var deadline: UInt64
    /// The number of the chain of plugins that led to the call from within which it is asked; 0 for none.
    package var chain: UInt64

    package init(service: String, method: String, input: [UInt8] = [], deadline: UInt64 = 0, chain: UInt64 = 0) {
        self.service = service
        self.method = method
        self.input = input
        self.deadline = deadline
        self.chain = chain
    }

    /// No input and no answer is larger: it exists on both sides at once, as often as a plugin asks.
    package static let limit = 16 << 20
}

/// What a service answered.
package struct ServiceAnswer: Hashable, Sendable {
    /// `PH_OK`, or why there is no answer.
    package var status: Int32
    /// The answer, or the reason in words.
    package var bytes: [UInt8]

    package init(status: Int32, bytes: [UInt8]) {
        self.status = status
        self.bytes = bytes
    }

    package init(status: Int32, _ reason: String) {
        self.init(status: status, bytes: Array(reason.utf8))
    }
}
