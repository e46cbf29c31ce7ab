package import LinuxSystem

/// Why a call through a channel has no answer.
package enum ChannelError: Error, Hashable, CustomStringConvertible {
    /// The runner has ended. What was not taken has not reached the plugin, and can be given to another runner.
    case closed(wasTaken: Bool)
    /// The deadline has passed. What was taken may still be at work.
    case timedOut(wasTaken: Bool)
    /// A payload has more bytes than the limit.
    case tooLarge(bytes: Int, limit: Int)
    /// The runner has written what can't be.
    case corrupt(String)
    /// The system has no room for the request.
    case system(SystemCallError)

    package var description: String {
        switch self {
        case .closed(true): "the runner ended while the call was in the plugin"
        case .closed(false): "the runner ended before the plugin had the call"
        case .timedOut(true): "the deadline passed while the call was in the plugin"
        case .timedOut(false): "the deadline passed before the plugin had the call"
        case .tooLarge(let bytes, let limit): "\(bytes) bytes are too many for one call; the limit is \(limit)"
        case .corrupt(let defect): "the runner has damaged its channel: \(defect)"
        case .system(let error): "the request can't be handed over: \(error)"
        }
    }
}
