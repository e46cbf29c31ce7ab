package import PluginHost

/// What is found at the path of a host's socket.
package struct SocketFacts: Hashable, Sendable {
    /// What is there.
    package enum State: Hashable, Sendable {
        /// Nothing.
        case absent
        /// Something that is no socket.
        case notASocket
        /// A socket at which nobody listens.
        case stale
        /// A socket that this user can't connect to, with the reason.
        case closed(String)
        /// A host, with its status if it told it.
        case host(HostStatus?)
    }

    package var path: String
    package var state: State
    /// The process that holds the lock of the state directory, if one does.
    package var lockHolder: Int32?

    /// The state directory that is looked at; `nil` if none is.
    package var stateDirectory: String?

    package init(path: String, state: State, lockHolder: Int32? = nil, stateDirectory: String? = nil) {
        self.stateDirectory = stateDirectory
        self.path = path
        self.state = state
        self.lockHolder = lockHolder
    }

    /// The host that answers.
    package var status: HostStatus? {
        guard case .host(let status) = state else { return nil }
        return status
    }
}
