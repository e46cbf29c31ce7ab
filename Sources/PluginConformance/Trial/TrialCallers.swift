internal import LinuxSystem
internal import PluginHost

/// Threads that call a plugin in a host, and see that each call is answered.
final class TrialCallers: Sendable {
    private struct State {
        var running: Int
        var isEnding = false
        var calls = 0
        var fault: String?
    }

    private let state: Monitor<State>

    init(_ handle: PluginHandle, _ calls: [CheckOptions.Call], threads: Int) {
        state = Monitor(State(running: threads))
        for number in 0..<threads {
            DetachedThread.start(name: "caller-\(number)") { [state] in
                var turn = number
                while !state.withLock({ $0.isEnding || $0.fault != nil }) {
                    let fault = Self.fault(in: calls, handle, turn: turn)
                    turn += 1
                    state.withLock { state in
                        state.calls += 1
                        state.fault = state.fault ?? fault
                    }
                }
                state.withLock { $0.running -= 1 }
                state.broadcast(.entry)
            }
        }
    }

    /// Ends the threads, and says how many calls there were and what was wrong with one.
    @discardableResult
    func end() -> (calls: Int, fault: String?) {
        state.withLock { $0.isEnding = true }
        while true {
            let result = state.wait(for: .entry, until: nil) { $0.running == 0 ? ($0.calls, $0.fault) : nil }
            if let result { return result }
        }
    }

    /// Makes one of the calls, or one of an unknown method; what is wrong with the answer.
    static func fault(in calls: [CheckOptions.Call], _ handle: PluginHandle, turn: Int) -> String? {
        let index = turn % (calls.count + 1)
        do throws(PluginError) {
            guard index < calls.count else {
                _ = try handle.call("no-such-method", timeout: .seconds(30))
                return nil
            }
            _ = try handle.call(calls[index].method, Array(calls[index].input.utf8), timeout: .seconds(30))
            return nil
        } catch {
            // What the plugin itself has said is an answer.
            let answers: Set<PluginError.Code> = [.methodNotFound, .badPayload, .failed, .unsupported, .notFound]
            if index == calls.count, answers.contains(error.code) { return nil }
            return "a call was lost: \(error.message)"
        }
    }
}
