extension ConfigurationKey {
    /// All keys, in the order in which they are documented and taken over.
    package static let table: [ConfigurationKey] =
        [
            places, trustKeys, strategyKeys, reloading, watching, serving, isolationKeys, permissionKeys, messaging,
            keeping, upkeepKeys, logKeys, [plugins, processes],
        ].flatMap(\.self)

    private static let places: [ConfigurationKey] = [
        .texts(
            "pluginDirectories",
            \.pluginDirectories,
            rule: "a list of at least one path, with ~ spelled out",
            default: "[\"Plugins\"]",
            "The directories that are watched for plugins."
        ) { !$0.isEmpty && $0.allSatisfy(isPath) },
        .text(
            "stateDirectory",
            \.stateDirectory,
            rule: "a path, with ~ spelled out",
            default: "~/.local/state/plugin-host",
            "Where state, history and builds are kept. Only one host at a time can use it. Without this key it is "
                + "$STATE_DIRECTORY, else $XDG_STATE_HOME/plugin-host, else the default shown.",
            isAllowed: isPath
        ),
        imageDirectory,
    ]

    private static let messaging: [ConfigurationKey] = [
        .count(
            "messageRate",
            \.messageRate,
            1...1_000_000,
            "How many messages a gateway may bring in a second, on average; what is more is refused."
        ),
        .count(
            "messageBurst",
            \.messageBurst,
            1...1_000_000,
            "How many messages a gateway may bring at once after a quiet time."
        ),
        .count(
            "messageKeys",
            \.messageKeys,
            0...10_000_000,
            "How many ids of messages are remembered for each gateway, so that doubles are dropped."
        ),
        .duration("messageKeyAge", \.messageKeyAge, "For how long the ids of messages are remembered."),
    ]

    private static let reloading: [ConfigurationKey] = [
        .flag(
            "preservesState",
            \.preservesState,
            "Whether the state moves from one generation to the next."
        ),
        .flag(
            "rollsBackAutomatically",
            \.rollsBackAutomatically,
            "Whether a generation that fails in its probation time is replaced by the one before."
        ),
        .count("maximumAttempts", \.maximumAttempts, 1...1000, "How often the same build is tried before quarantine."),
        .duration("cooldown", \.cooldown, "How long to wait between two attempts."),
        .duration("drainTimeout", \.drainTimeout, "How long a reload waits for the calls in flight."),
        .duration(
            "lifecycleTimeout",
            \.lifecycleTimeout,
            from: .milliseconds(1),
            "How long one lifecycle function of a plugin may take."
        ),
        .duration("probation", \.probation, "How long a new generation is on probation; 0s for none."),
        .count(
            "probationFailures",
            \.probationFailures,
            0...1_000_000,
            "How many calls may fail in the probation time before the host rolls back."
        ),
        .duration(
            "probationHealthInterval",
            \.probationHealthInterval,
            from: .milliseconds(10),
            "How often the health of a generation on probation is asked for."
        ),
        .flag(
            "reloadsInParallel",
            \.reloadsInParallel,
            "Whether plugins that don't depend on each other reload side by side."
        ),
    ]

    private static let watching: [ConfigurationKey] = [
        .text(
            "fileExtension",
            \.fileExtension,
            rule: "an extension without a dot in front",
            "The extension of plugin files."
        ) { isName($0) && !$0.hasPrefix(".") },
        .texts(
            "ignoredNames",
            \.ignoredNames,
            rule: "a list of names without '/'",
            default: "[\"*.tmp\", \"*.swp\", \"*~\"]",
            "Names that are never looked at; * stands for any text."
        ) { $0.allSatisfy(isName) },
        .flag("isRecursive", \.isRecursive, "Whether directories inside the plugin directories are watched too."),
        .count(
            "maximumEventsPerSecond",
            \.maximumEventsPerSecond,
            1...1_000_000,
            "How many file events are handled one by one in a second; more of them become one scan."
        ),
        .duration(
            "removalGrace",
            \.removalGrace,
            "How long a file may be gone before its plugin is unloaded; a build deletes and creates."
        ),
    ]

    private static let serving: [ConfigurationKey] = [
        .count(
            "maximumHeldCalls",
            \.maximumHeldCalls,
            0...1_000_000,
            "How many calls of one plugin may be held at once; more are refused as busy."
        ),
        .count(
            "retiredGenerationsWarning",
            \.retiredGenerationsWarning,
            1...1_000_000,
            "From how many retired generations on the host warns."
        ),
        .count(
            "crashesBeforeIsolation",
            \.crashesBeforeIsolation,
            0...1000,
            "From how many crashes of the host on a plugin is moved to a process of its own; 0 for never."
        ),
        .duration("shutdownTimeout", \.shutdownTimeout, "How long the host may take to stop."),
    ]

    private static let keeping: [ConfigurationKey] = [
        .duration(
            "checkpointInterval",
            \.checkpointInterval,
            "How often the state of running plugins is saved; 0s for never."
        ),
        .count("historyLimit", \.historyLimit, 1...1000, "How many snapshots and generations are kept of each plugin."),
        .count(
            "maximumSharedValues",
            \.maximumSharedValues,
            0...10_000_000,
            "How many values plugins may share at once."
        ),
        .count(
            "maximumSharedBytes",
            \.maximumSharedBytes,
            0...1 << 40,
            "How many bytes the values that plugins share, with their keys, may have together."
        ),
    ]

    private static let imageDirectory = ConfigurationKey(
        name: "imageDirectory",
        rule: "a path, with ~ spelled out, or null",
        defaultText: "null",
        documentation:
            "Where the images that are loaded lie; best on a memory file system. null stands for a directory "
            + "inside the state directory.",
        read: { (node, configuration) throws(ConfigurationProblem) in
            switch node.content {
            case .null: configuration.imageDirectory = nil
            case .string(let path): configuration.imageDirectory = path
            default: throw mismatch("imageDirectory", node, "a path, with ~ spelled out, or null")
            }
        },
        refused: { configuration in
            guard let path = configuration.imageDirectory else { return nil }
            return isPath(path) ? nil : "'\(path)'"
        }
    )

    /// Only a shell knows whose home `~` is; the host would make a directory of that name.
    @Sendable static func isPath(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("~") && !text.utf8.contains(0)
    }

    @Sendable private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.contains("/") && !text.utf8.contains(0)
    }
}
