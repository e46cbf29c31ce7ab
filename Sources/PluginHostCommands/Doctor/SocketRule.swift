internal import PluginHost

/// Judges what is found at the path of a host's socket, and what the host there says of itself.
package enum SocketRule {
    /// The kernel's room for the path of a socket.
    private static let longest = 107

    /// What is to be said of the socket.
    package static func findings(_ facts: SocketFacts, version: String) -> [Finding] {
        guard facts.path.utf8.count <= longest else {
            let message = "\(facts.path) has \(facts.path.utf8.count) bytes, and a socket can have \(longest) at most"
            return [
                Finding(.error, "socket", message, remedy: "name a shorter one with --socket, or PLUGIN_HOST_SOCKET")
            ]
        }
        switch facts.state {
        case .absent:
            guard let holder = facts.lockHolder else {
                return [Finding(.note, "socket", "no host runs at \(facts.path)")]
            }
            return [
                Finding(
                    .warning,
                    "socket",
                    "process \(holder) has the state directory, and there is no socket at \(facts.path): its host can't be "
                        + "reached there",
                    remedy: "name the socket that the host was started with (--socket), or restart that host"
                )
            ]
        case .notASocket:
            let message = "\(facts.path) is no socket, and a host does not replace it"
            return [Finding(.error, "socket", message, remedy: "move it away, or name another path with --socket")]
        case .stale:
            let message = "nobody listens at \(facts.path): a host that ended all of a sudden has left it behind"
            return [Finding(.warning, "socket", message, remedy: "the next host replaces it; or: rm \(facts.path)")]
        case .closed(let reason):
            let message = "\(facts.path) can't be connected to: \(reason)"
            return [Finding(.error, "socket", message, remedy: "ask as the user that the host runs as")]
        case .host(nil):
            let message = "a host listens at \(facts.path), and does not say how it is"
            return [
                Finding(.error, "socket", message, remedy: "plugin-host status; if that hangs too, restart the host")
            ]
        case .host(let status?): return host(status, facts, version)
        }
    }

    private static func host(_ status: HostStatus, _ facts: SocketFacts, _ version: String) -> [Finding] {
        var findings = [
            Finding(.ok, "host", "process \(status.host.pid) answers at \(facts.path), version \(status.host.version)")
        ]
        let directory = status.host.stateDirectory
        if let looked = facts.stateDirectory, looked != directory {
            let facts = "the host keeps its state in \(directory)"
            let message = "\(facts); the directories and files below are of one with \(looked)"
            findings.append(Finding(.warning, "host", message, remedy: "plugin-host doctor --state-dir \(directory)"))
        }
        if status.host.version != version {
            findings.append(
                Finding(
                    .warning,
                    "host",
                    "the host that runs has version \(status.host.version), and this program \(version)",
                    remedy: "restart the host, so that both are of one version"
                )
            )
        }
        findings += status.host.troubles.map { trouble in
            Finding(
                .warning,
                "host",
                "the host says: \(trouble)",
                remedy: "plugin-host status, and the log: plugin-host logs host"
            )
        }
        for plugin in status.plugins where plugin.state == "error" {
            findings.append(
                Finding(
                    .error,
                    "plugin",
                    "\(plugin.id) does not run: \(plugin.lastError ?? "it did not say why")",
                    remedy: "plugin-host info \(plugin.id)"
                )
            )
        }
        for plugin in status.plugins where plugin.retiredGenerations >= 100 {
            let held = FigureText.bytes(plugin.retiredBytes)
            findings.append(
                Finding(
                    .warning,
                    "plugin",
                    "\(plugin.id) has \(plugin.retiredGenerations) replaced builds in memory, which hold \(held)",
                    remedy:
                        "restart the host, or run the plugin in a process of its own: plugin-host isolate \(plugin.id) process"
                )
            )
        }
        for plugin in status.plugins {
            for missing in plugin.sandbox?.missing ?? [] {
                let message = "the sandbox of \(plugin.id) lacks \(missing.layer): \(missing.reason)"
                findings.append(Finding(.note, "sandbox", message))
            }
        }
        return findings
    }
}
