/// What a runner is started with, and how host and runner come to trust each other (RS-2).
package struct Handshake: Hashable, Sendable {
    /// Counted up whenever anything that is said between host and runner changes.
    package static let protocolVersion: UInt32 = 6

    private static let versionName = "PLUGIN_HOST_RUNNER_PROTOCOL"
    private static let tokenName = "PLUGIN_HOST_RUNNER_TOKEN"
    private static let addressName = "PLUGIN_HOST_RUNNER_ADDRESS"
    private static let pluginsName = "PLUGIN_HOST_RUNNER_PLUGINS"

    /// What the host speaks.
    package var version: UInt32
    /// What only the host and the runner that it has started know.
    package var token: String
    /// The descriptor of the runner's end of the control socket.
    package var descriptor: Int32
    /// The plugins that it is started for, if that is known then.
    package var plugins: [String]

    package init(token: String, descriptor: Int32, plugins: [String] = []) {
        version = Self.protocolVersion
        self.token = token
        self.descriptor = descriptor
        self.plugins = plugins
    }

    /// The runner's environment.
    package var variables: [String: String] {
        [
            Self.versionName: "\(version)", Self.tokenName: token, Self.addressName: "fd:\(descriptor)",
            Self.pluginsName: plugins.joined(separator: ","),
        ]
    }

    /// Reads the environment of a runner.
    package init(variables: [String: String]) throws(FrameError) {
        guard let text = variables[Self.versionName] else {
            throw FrameError("\(Self.versionName) is not set; plugin-runner is started by a plugin host, not by hand")
        }
        guard text == "\(Self.protocolVersion)" else {
            throw FrameError(
                "the host speaks version \(text.prefix(32)) of the runner protocol, and this runner "
                    + "\(Self.protocolVersion); install plugin-host and plugin-runner of the same version"
            )
        }
        version = Self.protocolVersion
        guard let token = variables[Self.tokenName], !token.isEmpty else {
            throw FrameError("\(Self.tokenName) is not set")
        }
        self.token = token
        guard let address = variables[Self.addressName], address.hasPrefix("fd:"),
            let descriptor = Int32(address.dropFirst(3)), descriptor > 2
        else { throw FrameError("\(Self.addressName) is no address like fd:3") }
        self.descriptor = descriptor
        plugins = (variables[Self.pluginsName] ?? "").split(separator: ",").map(String.init)
    }

    /// Why the host refuses a runner's first message; `nil` if it is the one that was expected.
    package func refusal(of message: RunnerMessage, abiMajor: UInt32) -> String? {
        guard case .hello(let version, let token, let major, _) = message else {
            return "its first message was no hello"
        }
        guard version == self.version else {
            return
                "it speaks version \(version) of the runner protocol, and this host \(self.version); install plugin-host "
                + "and plugin-runner of the same version"
        }
        guard Self.isEqual(token, self.token) else { return "it does not know the token of this session" }
        guard major == abiMajor else {
            return "it loads plugins of version \(major) of the plugin ABI, and this host those of \(abiMajor)"
        }
        return nil
    }

    /// Compares in a time that tells nothing of where the difference is.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
