internal import LinuxSystem

/// The paths that hold where nothing else is said, as systemd and the XDG base directories name them.
package struct DefaultPaths: Hashable, Sendable {
    private static let name = "plugin-host"

    /// Where plugins are looked for.
    package let pluginDirectory = "Plugins"
    /// Where state is kept; `nil` without any directory that belongs to the user.
    package let stateDirectory: String?
    /// Where what lives no longer than the host is kept; `nil` if there is no such place.
    package let runtimeDirectory: String?

    /// Finds the paths; relative ones in the variables are ignored, as XDG demands.
    package init(environment: [String: String]) {
        func absolute(_ variable: String) -> String? {
            // systemd lists several directories with colons between them.
            let first = environment[variable]?.split(separator: ":").first.map(String.init)
            guard var path = first, path.hasPrefix("/") else { return nil }
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            return path
        }
        let state = absolute("XDG_STATE_HOME").map { "\($0)/\(Self.name)" }
        let home = absolute("HOME").map { "\($0 == "/" ? "" : $0)/.local/state/\(Self.name)" }
        stateDirectory = absolute("STATE_DIRECTORY") ?? state ?? home
        runtimeDirectory = absolute("RUNTIME_DIRECTORY") ?? absolute("XDG_RUNTIME_DIR")
    }

    /// The control socket.
    package var socket: String? { socket(stateDirectory: stateDirectory) }

    /// The control socket of a host whose state is elsewhere.
    package func socket(stateDirectory: String?) -> String? {
        (runtimeDirectory ?? stateDirectory).map { "\($0)/\(Self.name).sock" }
    }

    /// The directory for loaded images of a host with that state; `nil` leaves it to the host.
    ///
    /// Each state directory has its own: hosts side by side remove what they find in theirs.
    package func imageDirectory(stateDirectory: String) -> String? {
        guard let runtimeDirectory else { return nil }
        let images = "\(runtimeDirectory)/\(Self.name)/images"
        if stateDirectory == self.stateDirectory { return images }
        return "\(images)-\(SHA256(of: Array(stateDirectory.utf8)).description.prefix(12))"
    }
}
