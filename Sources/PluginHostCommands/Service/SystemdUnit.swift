internal import PluginHost

/// A unit of systemd that runs a host, and takes from it what it has no use for.
struct SystemdUnit: Hashable, Sendable {
    /// How the host speaks to systemd.
    enum Kind: String, Sendable {
        /// It tells of its start and of its reloads, since version 253.
        case notifyReload = "notify-reload"
        /// It tells of its start.
        case notify
    }

    let name: String
    let executable: String
    let plugins: String
    var configuration: String?
    var metricsFile: String?
    var kind = Kind.notifyReload
    /// The user; `nil` for one that systemd makes for as long as the service runs.
    var user: String?

    /// The text of the unit.
    var text: String {
        [introduction, section("Unit", unit), section("Service", service), section("Install", install)]
            .joined(separator: "\n")
    }

    private var introduction: String {
        """
        # \(name).service, from plugin-host \(PluginHost.version). To install it:
        #   plugin-host service systemd > /etc/systemd/system/\(name).service
        #   systemctl daemon-reload && systemctl enable --now \(name)
        # As root, or as the user of the service, commands then find the host with
        #   export PLUGIN_HOST_SOCKET=/run/\(name)/plugin-host.sock

        """
    }

    private func section(_ name: String, _ lines: [String]) -> String {
        "[\(name)]\n" + lines.joined(separator: "\n") + "\n"
    }

    private var unit: [String] {
        [
            "Description=Plugin host (\(name))", "After=network.target",
            "# A plugin that crashes the host again and again is set aside by the second crash; this is for the rest.",
            "StartLimitIntervalSec=5min", "StartLimitBurst=20",
        ]
    }

    private var install: [String] { ["WantedBy=multi-user.target"] }

    // MARK: The service

    private var service: [String] {
        var lines = ["Type=\(kind.rawValue)", "NotifyAccess=main", "ExecStart=\(command)"]
        if kind == .notify { lines.append("ExecReload=/bin/kill -HUP $MAINPID") }
        lines += [
            "# Pinged by the loop that decides everything in the host: one that hangs is started again.",
            "WatchdogSec=30s",
            "Restart=on-failure", "RestartSec=1s",
            "# The host stops within its shutdownTimeout (30 s) and a few seconds; raise both together.",
            "KillMode=mixed", "TimeoutStopSec=45s",
            "# One runner without memory is the host's business, not the end of the service.",
            "OOMPolicy=continue", "",
        ]
        lines += user.map { ["User=\(Self.escaped($0))"] } ?? ["DynamicUser=yes"]
        lines += [
            "StateDirectory=\(name)", "StateDirectoryMode=0700", "RuntimeDirectory=\(name)",
            "RuntimeDirectoryMode=0700",
            "UMask=0077",
        ]
        lines += writable
        lines += ["# So that the host can limit the memory and the processes of each plugin."]
        lines += ["Delegate=memory pids", "ProtectControlGroups=no", ""]
        return lines + hardening
    }

    private var command: String {
        var words = [executable, "run", "--no-supervise", "--plugins", plugins]
        if let configuration { words += ["--config", configuration] }
        if let metricsFile { words += ["--metrics-file", metricsFile] }
        return words.map(Self.quoted).joined(separator: " ")
    }

    private var writable: [String] {
        guard let metricsFile, let slash = metricsFile.lastIndex(of: "/") else { return [] }
        let directory = slash == metricsFile.startIndex ? "/" : String(metricsFile[..<slash])
        return [
            "# The directory of the metrics has to belong to the user of the service, or to a group of it.",
            "ReadWritePaths=\(Self.quotedPath(directory))",
        ]
    }

    private var hardening: [String] {
        let homes = ["/home/", "/root/", "/run/user/"]
        let isAtHome = ([executable, plugins] + [configuration, metricsFile].compactMap(\.self)).contains { path in
            homes.contains { path.hasPrefix($0) }
        }
        return [
            "NoNewPrivileges=yes", "CapabilityBoundingSet=", "AmbientCapabilities=", "ProtectSystem=strict",
            "ProtectHome=\(isAtHome ? "read-only" : "yes")", "PrivateTmp=yes", "PrivateDevices=yes", "ProtectClock=yes",
            "ProtectHostname=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes", "ProtectKernelTunables=yes",
            "ProtectProc=invisible", "RestrictNamespaces=yes", "RestrictRealtime=yes", "RestrictSUIDSGID=yes",
            "LockPersonality=yes", "RemoveIPC=yes", "KeyringMode=private", "SystemCallArchitectures=native",
            "SystemCallFilter=@system-service landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp",
            "SystemCallErrorNumber=EPERM",
            "# Take AF_INET and AF_INET6 away if no plugin speaks to the network, and leave out what a plugin's own code breaks.",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", "MemoryDenyWriteExecute=yes",
        ]
    }

    // MARK: Quoting

    /// A word of a command line as systemd reads it.
    static func quoted(_ word: String) -> String {
        quotedPath(word).replacing("$", with: "$$")
    }

    /// A path in a list as systemd reads it, which knows no variables there.
    static func quotedPath(_ word: String) -> String {
        let escaped = escaped(word)
        let isPlain = word.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "/._:@=+,-%$".utf8.contains(byte) || byte >= 128
        }
        guard !isPlain || word.isEmpty else { return escaped }
        return "\"\(escaped.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    /// A text in which systemd finds no specifiers.
    private static func escaped(_ text: String) -> String {
        text.replacing("%", with: "%%")
    }
}
