internal import PluginHost

/// The commands of `plugin-host`, in the order of the overview.
package enum CommandTable {
    private static let many = 1_000_000
    private static let id = OperandSpecification("ID", "The plugin's id, as `list` shows it.")
    private static func many(_ what: String) -> OperandSpecification {
        OperandSpecification("ID", times: 0...many, what)
    }

    private static let hosted: [OptionSpecification] = [
        .init("--state-dir", value: "DIR", "Where state, history and builds are kept; one host at a time."),
        .init("--socket", value: "PATH", "Where to make the control socket."),
        .init(
            "--metrics-file",
            value: "FILE",
            "A file .prom to keep metrics in, for the text collector of node_exporter."
        ),
        .init(
            "--log-level",
            value: "LEVEL",
            among: LogRecord.Level.allCases.map(\.name),
            "The least level that is logged: trace, debug, info, warning or error."
        ),
        .init(
            "--log-format",
            value: "FORMAT",
            among: ["text", "json", "journal"],
            "How it is logged: text, json or journal."
        ),
    ]

    /// All of them.
    package static let commands = hosts + views + messaging + service + offline + authoring + checking

    private static let hosts: [CommandSpecification] = [
        .init(
            "run",
            "run a host in the foreground",
            options: [
                .init(
                    "--plugins",
                    value: "DIR",
                    repeats: true,
                    "A directory to watch for plugins. Default: ./Plugins."
                ),
                .init(
                    "--strategy",
                    value: "NAME",
                    among: ["immediate", "debounced", "manual", "on-idle"],
                    "When a change is reloaded: immediate, debounced, manual or on-idle."
                ),
                .init(
                    "--debounce",
                    value: "TIME",
                    "How long a file has to be quiet before it is loaded, such as 250ms or 1s."
                ),
                .init(
                    "--isolation",
                    value: "MODE",
                    among: ["in-process", "process", "group:"],
                    "Where plugins run: in-process, process or group:NAME. Default: process."
                ),
                .init("--config", value: "FILE", "A configuration file: JSON with comments. Options override it."),
                .init("--no-supervise", "Run the host in this very process; a crash ends it."),
            ] + hosted,
            discussion: """
                Loads the plugins that are there and follows every change, until SIGINT or SIGTERM; then plugins are \
                stopped in order. A second signal ends the host at once. What happens is logged to standard error. The \
                host runs under a small process that starts it again when a plugin has crashed it; under systemd, which \
                does that itself, it does not.
                """
        ),
        .init(
            "dev",
            "build plugin packages, run them, and reload on every save",
            operands: [
                .init(
                    "PACKAGE_DIR",
                    times: 0...many,
                    "A package with plugins. Without any: the samples of this package."
                )
            ],
            options: [
                .init(
                    "--configuration",
                    value: "NAME",
                    among: ["debug", "release"],
                    "What to build: debug or release. Default: as this program was built."
                ),
                .init(
                    "--config",
                    value: "FILE",
                    "A configuration file, as for run; directories for plugins and images and the strategy are dev's own. "
                        + "Without one, plugins are granted what they ask for."
                ),
                .init("--no-supervise", "Host in this very process, for a debugger; a crash ends it."),
            ] + hosted,
            discussion: """
                Sources are watched; a save rebuilds, and what changed is reloaded with its state. Compile errors are \
                shown, and the generation before goes on. Plugins run in the host's process. One that traps ends it, and a \
                small process around it starts it again, without the build if that was new or has crashed it before; with \
                "isolation": "process" in FILE a plugin ends its own process only.
                """
        ),
        .init("status", "show the host and all of its plugins", options: [.json, .socket]),
        .init(
            "list",
            "list the plugins",
            options: [
                .init(
                    "--state",
                    value: "STATE",
                    among: PluginState.names,
                    "Only those in this state, such as running or error."
                ),
                .init("--capability", value: "NAME", "Only those that offer this."),
                .init("--type", value: "TYPE", "Only those of this type."), .json, .socket,
            ]
        ),
        .init(
            "info",
            "show all that is known of one plugin",
            operands: [.init("ID", "The plugin's id, as `list` shows it, or the path of its file.")],
            options: [.json, .socket]
        ),
        .init(
            "call",
            "call a plugin and print its answer",
            operands: [
                id, .init("METHOD", "The name of the method."),
                .init("INPUT", times: 0...1, "The input as text, or - for standard input. Default: no bytes."),
            ],
            options: [
                .init("--timeout", value: "TIME", "How long to wait for the answer, such as 500ms or 30s."), .json,
                .socket,
            ],
            discussion: """
                The answer goes to standard output byte by byte; a line feed is added only on a terminal. An input that \
                begins with a hyphen goes behind --, unless it is a number.
                """
        ),
        .init(
            "reload",
            "reload plugins now",
            operands: [.init("ID", times: 0...many, "The plugins, in the order in which to reload them.")],
            options: [
                .init("--all", "Reload all plugins."),
                .init("--together", "All of them switch, or none does."),
                .init("--reason", value: "TEXT", "Why, for the events and the log."), .json, .socket,
            ]
        ),
        .init(
            "rollback",
            "go back to an earlier generation, code and state together",
            operands: [id],
            options: [
                .init(
                    "--to",
                    value: "GENERATION",
                    "The number of the generation, as `history` shows it. Default: the last one."
                ),
                .json, .socket,
            ]
        ),
        .init(
            "reset",
            "have a plugin begin again without its state",
            operands: [id],
            options: [.json, .socket],
            discussion: """
                A new instance of the same build takes the place of the one that serves. The state that is left is not lost: \
                `rollback` brings it back.
                """
        ),
        .init(
            "isolate",
            "move a running plugin to another process, with its state",
            operands: [
                id, .init("MODE", among: ["in-process", "process", "group:"], "in-process, process or group:NAME."),
            ],
            options: [.json, .socket],
            discussion: """
                No call is lost. The choice is kept over restarts of the host, and overrides the configuration.
                """
        ),
        .init(
            "start",
            "start plugins that are stopped",
            operands: [many("The plugins, in the order in which to start them.")],
            options: [.init("--all", "Start all that can be started, what they need before them."), .json, .socket]
        ),
        .init(
            "stop",
            "stop plugins until they are started by command",
            operands: [many("The plugins, in the order in which to stop them.")],
            options: [
                .init("--all", "Stop all that run, those first that need others."),
                .init("--now", "Neither wait for calls in flight nor save the state."), .json, .socket,
            ],
            discussion: """
                Calls are refused meanwhile. A new build of a plugin that is stopped is loaded and stays stopped. After a \
                restart of the host all plugins run that start automatically.
                """
        ),
        .init(
            "pause",
            "hold a plugin's calls and its own work",
            operands: [id],
            options: [.json, .socket],
            discussion: "Calls wait, each until its own deadline. A new build is reloaded when the plugin is resumed."
        ),
        .init("resume", "let a plugin go on that was paused", operands: [id], options: [.json, .socket]),
        .init(
            "refresh",
            "have a plugin read its caches and files again",
            operands: [id],
            options: [.json, .socket]
        ),
        .init(
            "statistics",
            "show what the host counts of a plugin, and the figures that it gives of itself",
            operands: [id],
            options: [.json, .socket],
            discussion: """
                Latencies are those of a sample: the first 64 calls of each generation, and then one in 256. With --json it is \
                only what the plugin gives of itself; the rest is in `info --json`.
                """
        ),
        .init(
            "health",
            "ask plugins how they are",
            operands: [many("The plugins. Default: all that run.")],
            options: [
                .init(
                    "--probe",
                    value: "NAME",
                    among: ["startup", "ready", "live"],
                    "For probes: startup and live ask only whether the host answers, ready also whether all plugins are well."
                ),
                .init("--timeout", value: "TIME", "How long the host may take to answer. Default: 5s for a probe."),
                .json,
                .socket,
            ],
            discussion: "The exit status is 1 if one is unhealthy or has failed, and 3 if no host can be reached."
        ),
        .init(
            "config",
            "show or change the settings of a plugin",
            operands: [
                .init("ACTION", among: ["get", "set", "unset"], "get, set or unset."), id,
                .init("KEY", times: 0...1, "For set and unset: the name of a setting, such as limits.size."),
                .init("VALUE", times: 0...1, "For set: the value as JSON, or else as a text."),
            ],
            options: [.json, .socket],
            discussion: """
                The running plugin takes the new settings, or goes on with the old ones and says why. What is set is kept \
                over restarts and overrides the configuration file, until it is unset. That file is followed as well.
                """
        ),
        .init("history", "list the generations of a plugin", operands: [id], options: [.json, .socket]),
        .init(
            "components",
            "list what plugins contribute: actions, handlers, hooks, gateways and tasks",
            operands: [.init("ID", times: 0...1, "The plugin. Default: all of them.")],
            options: [.json, .socket]
        ),
        .init(
            "quarantine",
            "list the builds that are set aside, or try one again",
            operands: [
                .init("ACTION", among: ["list", "clear"], "list, or clear."),
                .init("ID", times: 0...1, "The plugin whose build to try again, for clear."),
            ],
            options: [.json, .socket]
        ),
        .init(
            "processes",
            "list the managed programs, or start, stop or restart one",
            operands: [
                .init(
                    "ACTION",
                    times: 0...1,
                    among: ["list", "start", "stop", "restart"],
                    "list, start, stop, or restart. Default: list."
                ),
                .init("ID", times: 0...1, "The program, for all but list: its id in the configuration."),
            ],
            options: [.init("--now", "For stop and restart: kill it at once."), .json, .socket],
            discussion: """
                A program that is stopped is asked to end (SIGTERM), and killed with all that it has started when its \
                stopTimeout has passed, 5 seconds where nothing else is configured.
                """
        ),
        .init(
            "tasks",
            "list the scheduled tasks, or run, start or stop one",
            operands: [
                .init(
                    "ACTION",
                    times: 0...1,
                    among: ["list", "run", "start", "stop"],
                    "list, run, start, or stop. Default: list."
                ),
                .init("NAME", times: 0...1, "The task, for all but list; that of a plugin is PLUGIN/NAME."),
            ],
            options: [.json, .socket],
            discussion: """
                A task that is run is run now, beside its schedule; the command waits for the end of that run, and its exit \
                status is 1 if the run fails.
                """
        ),
        .init(
            "heartbeat",
            "show how the parts of the host are",
            options: [.json, .socket],
            discussion: """
                A part that was silent for twice its interval is in error. The exit status is 0 only if all parts are healthy.
                """
        ),
        .init(
            "logs",
            "show the log, follow it, or change what is logged",
            operands: [.init("ID", times: 0...1, "The plugin, or host for the host itself. Default: all.")],
            options: [
                .init("--follow", "Go on with the records as they come."),
                .init("--lines", value: "N", "How many of the last records to show. Default: 100."),
                .init(
                    "--level",
                    value: "LEVEL",
                    among: LogRecord.Level.allCases.map(\.name),
                    "The least level to show: \(LogRecord.Level.list)."
                ),
                .init(
                    "--set-level",
                    value: "ID=LEVEL",
                    repeats: true,
                    "Change what is logged while the host runs; LEVEL alone is for all, and ID=default takes one back."
                ),
                .init("--state-dir", value: "DIR", "Read this state directory, without asking a host."),
                .json, .socket,
            ],
            discussion: """
                Without a host that runs, the log is read from the state directory. With --json each line is one record.
                """
        ),
        .init(
            "crashes",
            "show the crashes that are kept",
            operands: [.init("ID", times: 0...1, "The plugin. Default: all of them.")],
            options: [
                .init("--last", "Show all that is known of the last one."),
                .init("--state-dir", value: "DIR", "Read this state directory, without asking a host."),
                .json, .socket,
            ],
            discussion: """
                Without a host that runs, they are read from the state directory. With --json --last it is one object, or null.
                """
        ),
        .init(
            "events",
            "show what has happened, and what happens",
            options: [.init("--follow", "Go on with the events as they happen."), .json, .socket],
            discussion: "With --json each line is one event."
        ),
    ]

    private static let offline: [CommandSpecification] = [
        .init(
            "inspect",
            "tell what a file is, without running any of its code",
            operands: [.init("FILE", times: 1...many, "The files.")],
            options: [.json],
            discussion: "Needs no host. The exit status is 1 if a file can't be loaded as a plugin."
        ),
        .init(
            "trust",
            "tell whether a host would trust a file, and why not",
            operands: [.init("FILE", times: 1...many, "The files, where the host would find them.")],
            options: [
                .init("--config", value: "FILE", "The configuration of the host. Default: trust by owner."),
                .init("--pin", "Print the lines to add to \"pins\" in the configuration, and nothing else."),
                .json,
            ],
            discussion: """
                Needs no host, and runs no code of the files. Ask as the user that the host runs as. The exit status is 1 \
                if a file is not trusted; with --pin only if it is no plugin.
                """
        ),
        .init(
            "sign",
            "sign a file, for hosts that load only what is signed",
            operands: [.init("FILE", "The file; the signature goes to FILE.sig.")],
            options: [
                .init("--key", value: "KEY", "The private key, or the public one if ssh-agent has the private one."),
                .init(
                    "--plugin",
                    value: "ID",
                    "The plugin that the file is. Without it the signature is for any plugin."
                ),
            ],
            discussion: """
                Signs with ssh-keygen -Y sign, for the namespace plugin-host, or plugin-host:ID. A key with a passphrase has \
                to be in ssh-agent.
                """
        ),
    ]

    /// The command with the name.
    package static func command(named name: String) -> CommandSpecification? {
        commands.first { $0.name == name }
    }
}
