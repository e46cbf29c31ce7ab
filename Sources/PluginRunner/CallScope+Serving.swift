internal import CCallScope
internal import PluginLoading

extension CallScope {
    /// Runs a body as a part of a call, as `within` does; in this module, so that it becomes part of the path of a call.
    @inline(__always)
    static func serving<Success>(deadline: UInt64, chain: UInt64, _ body: () -> Success) -> Success {
        let before = call_scope_replace(call_scope_t(deadline: deadline, chain: chain))
        defer { _ = call_scope_replace(before) }
        return body()
    }
}
