internal import CCallScope

/// The call that the present thread serves.
package enum CallScope {
    /// The number of the chain of plugins that led to it; 0 for none.
    @inline(__always)
    package static var chain: UInt64 { call_scope_present().chain }

    /// Runs a body as a part of a call with this deadline, in nanoseconds of CLOCK_MONOTONIC, and this chain.
    @inline(__always)
    package static func within<Success, Failure: Error>(
        deadline: UInt64,
        chain: UInt64,
        _ body: () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        let before = call_scope_replace(call_scope_t(deadline: deadline, chain: chain))
        defer { _ = call_scope_replace(before) }
        return try body()
    }
}
