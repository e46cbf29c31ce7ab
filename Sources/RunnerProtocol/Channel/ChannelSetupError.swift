package import LinuxSystem

/// Why a channel could not be made or taken over.
package enum ChannelSetupError: Error, Hashable, CustomStringConvertible {
    /// The system refuses it.
    case system(SystemCallError)
    /// The file is no channel, or one of another version.
    case incompatible(String)

    package var description: String {
        switch self {
        case .system(let error): "the channel between host and runner can't be set up: \(error)"
        case .incompatible(let reason): "the channel between host and runner can't be used: \(reason)"
        }
    }
}
