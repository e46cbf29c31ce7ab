extension CommandTable {
    /// The commands that look for faults: in a plugin, and in what a host finds on its machine.
    static let checking: [CommandSpecification] = [
        .init(
            "check",
            "tell whether a plugin keeps to the contract",
            operands: [.init("FILE", times: 0...1_000_000, "The plugins.")],
            options: [
                .init("--only", value: "CHECK", repeats: true, "Make this check alone; --list names them all."),
                .init("--seed", value: "N", "What the random parts begin with. Default: another one each time."),
                .init(
                    "--settings",
                    value: "JSON",
                    "The plugin's settings: a JSON object, or a file with one. Default: {}."
                ),
                .init(
                    "--call",
                    value: "METHOD[=INPUT]",
                    repeats: true,
                    "A call that the plugin understands, so that its methods and a state with something in it are checked."
                ),
                .init("--timeout", value: "TIME", "How long one check may take. Default: 30s."),
                .init("--reproduce", "Make one check in this very process, for a debugger."),
                .init("--list", "List the checks and what they hold the plugin to."), .json,
            ],
            discussion: """
                Runs the plugin: check only what you would run. Each check is made in a process of its own, which is killed when \
                its time is over. The exit status is 1 if a promise is broken. Needs no host.
                """
        ),
        .init(
            "doctor",
            "tell what keeps a host from working, or will some day",
            options: [
                .init(
                    "--plugins",
                    value: "DIR",
                    repeats: true,
                    "A directory that is watched for plugins. Default: ./Plugins."
                ),
                .init("--state-dir", value: "DIR", "Where the host keeps its state."),
                .init("--config", value: "FILE", "The configuration of the host. Options override it."),
                .init(
                    "--isolation",
                    value: "MODE",
                    among: ["in-process", "process", "group:"],
                    "Where plugins run: in-process, process or group:NAME. Default: process."
                ),
                .json, .socket,
            ],
            discussion: """
                Looks at directories, limits, clock, disks, runner, files and journals as a host would that `run` starts \
                with these options; a host that runs is asked as well. Nothing is changed. The exit status is 1 if there \
                is an error.
                """
        ),
    ]
}
