internal import PluginLoading
internal import Synchronization

/// The chains of plugins that have led to calls that are under way, by numbers that travel with those calls.
///
/// Most calls are nobody's but their caller's and have no number: they cost nothing here. A number is never given twice in a
/// process, so that one of a call that is over, and one that a runner has made up, leads nowhere.
enum CallChains {
    private struct State {
        var last: UInt64 = 0
        var chains: [UInt64: CallChain] = [:]
    }

    private static let state = Mutex(State())

    /// The chain of the call that the present thread serves.
    static var present: CallChain { chain(CallScope.chain) ?? .empty }

    /// The chain of a number; `nil` for one that is over, or never was.
    static func chain(_ number: UInt64) -> CallChain? {
        guard number != 0 else { return nil }
        return state.withLock { $0.chains[number] }
    }

    /// The calls that a plugin is in that asks with this number; a number of another plugin's says nothing.
    static func chain(_ number: UInt64, of plugin: String) -> CallChain {
        guard let chain = chain(number), chain.plugins.last == plugin else { return CallChain(plugins: [plugin]) }
        return chain
    }

    /// Runs a body on this thread as a part of the chain.
    static func within<Success, Failure: Error>(
        _ chain: CallChain,
        deadline: UInt64,
        _ body: () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        let number = state.withLock { state in
            state.last += 1
            state.chains[state.last] = chain
            return state.last
        }
        defer { state.withLock { $0.chains[number] = nil } }
        return try CallScope.within(deadline: deadline, chain: number, body)
    }
}
