internal import LinuxSystem

extension ComponentCaller {
    /// Calls a component on this thread as a part of a chain that has led another thread here.
    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant,
        after chain: CallChain
    ) throws(PluginError) -> [UInt8] {
        guard chain != .empty else { return try call(plugin, method, input, deadline: deadline) }
        return try CallChains.within(chain, deadline: deadline.nanoseconds) { () throws(PluginError) in
            try call(plugin, method, input, deadline: deadline)
        }
    }
}
