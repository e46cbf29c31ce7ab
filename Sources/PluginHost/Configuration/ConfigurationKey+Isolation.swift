extension ConfigurationKey {
    /// The keys that say where plugins run (RS-1).
    static let isolationKeys: [ConfigurationKey] = [
        isolation,
        runner,
        .flag(
            "probesBuilds",
            \.probesBuilds,
            "Whether a new build is tried in a disposable runner before it is loaded into the host's own process."
        ),
        .count(
            "warmRunners",
            \.warmRunners,
            0...16,
            "How many runners are kept ready, so that nobody waits for one to start."
        ),
        .duration(
            "runnerStartTimeout",
            \.runnerStartTimeout,
            from: .milliseconds(100),
            "How long a runner may take until it has reported."
        ),
        .duration(
            "callTimeout",
            \.callTimeout,
            from: .milliseconds(1),
            "How long a call to an isolated plugin may take if its caller does not say."
        ),
        .duration(
            "healthInterval",
            \.healthInterval,
            "How often the health of plugins is asked for; 0s for never."
        ),
        restartLimits,
    ]

    static let isolationRule = "one of in-process, process, and group:NAME with a name like a plugin's id"

    private static let isolation = ConfigurationKey(
        name: "isolation",
        rule: isolationRule,
        defaultText: "\"\(defaults.isolation)\"",
        documentation:
            "Where plugins run: in the host's process, in a runner each, or in a runner that is shared by the group of "
            + "that name. 'plugin-host run' takes process if neither this key nor --isolation says otherwise.",
        read: { (node, configuration) throws(ConfigurationProblem) in
            configuration.isolation = try isolation(node, "isolation")
        },
        refused: { _ in nil }
    )

    /// Reads an isolation from a text.
    static func isolation(_ node: ConfigurationNode, _ name: String) throws(ConfigurationProblem) -> Isolation {
        guard case .string(let text) = node.content, let isolation = Isolation(text) else {
            throw mismatch(name, node, isolationRule)
        }
        return isolation
    }

    private static let restartLimits: ConfigurationKey = {
        let rule =
            "an object with maximumRestarts, period, initialDelay, maximumDelay or stableTime, such as "
            + #"{"maximumRestarts": 5}"#
        return ConfigurationKey(
            name: "restartLimits",
            rule: rule,
            defaultText: "{}",
            documentation:
                "How often a plugin whose runner crashed is started again, and how soon; what is not named keeps its "
                + "default.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                try apply("restartLimits", node, to: &configuration.restartLimits)
            },
            refused: { fault(in: $0.restartLimits) }
        )
    }()

    private static let runner: ConfigurationKey = {
        let rule = "a path, with ~ spelled out, or null"
        return ConfigurationKey(
            name: "runner",
            rule: rule,
            defaultText: "null",
            documentation: "The program plugin-runner; null stands for the one beside the host's own program.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                switch node.content {
                case .null: configuration.runner = nil
                case .string(let path): configuration.runner = path
                default: throw mismatch("runner", node, rule)
                }
            },
            refused: { configuration in
                guard let path = configuration.runner else { return nil }
                return isPath(path) ? nil : "'\(path)'"
            }
        )
    }()
}
