extension ConfigurationKey {
    /// The keys of what a host does from time to time (CH-2, CH-3).
    static let upkeepKeys: [ConfigurationKey] = [
        .duration(
            "heartbeatInterval",
            \.heartbeatInterval,
            "How often the host looks after its parts; 0s for never."
        ),
        .duration(
            "cleanUpInterval",
            \.cleanUpInterval,
            "How often the host removes what it keeps no longer: old snapshots, copies, logs and crash reports; 0s for never."
        ),
        .duration("crashReportAge", \.crashReportAge, "How long crash reports are kept; 0s for ever."),
        metricsFile,
        .duration(
            "metricsInterval",
            \.metricsInterval,
            from: .seconds(1),
            "How often the file with metrics is replaced."
        ),
    ]

    private static let metricsFileRule = "a path that ends with .prom, with ~ spelled out, or null"

    private static let metricsFile = ConfigurationKey(
        name: "metricsFile",
        rule: metricsFileRule,
        defaultText: "null",
        documentation:
            "The file that metrics are left in for the text collector of node_exporter. null stands for none.",
        read: { (node, configuration) throws(ConfigurationProblem) in
            switch node.content {
            case .null: configuration.metricsFile = nil
            case .string(let path): configuration.metricsFile = path
            default: throw mismatch("metricsFile", node, metricsFileRule)
            }
        },
        refused: { configuration in
            guard let path = configuration.metricsFile else { return nil }
            return isPath(path) && path.hasSuffix(".prom") ? nil : "'\(path)'"
        }
    )

    /// The keys of the log (CH-4).
    static let logKeys: [ConfigurationKey] = [
        logLevel, logLevels,
        .count(
            "logRate",
            \.logRate,
            0...1_000_000,
            "How many records a second one plugin may log for long; four seconds' worth go at once, more are dropped, "
                + "counted, and told of. 0 for no limit."
        ),
        logFile,
        .count(
            "logFileSize",
            \.logFileSize,
            10_000...1_000_000_000,
            "At how many bytes the file of the log begins anew."
        ),
        .count(
            "logFileCount",
            \.logFileCount,
            0...100,
            "How many full files of the log are kept beside the present one."
        ),
    ]

    private static let levelRule = "one of \(LogRecord.Level.allCases.map(\.name).joined(separator: ", "))"

    private static let logLevel = ConfigurationKey(
        name: "logLevel",
        rule: levelRule,
        defaultText: "\"\(defaults.logLevel.name)\"",
        documentation: "The least level that is logged.",
        read: { (node, configuration) throws(ConfigurationProblem) in
            configuration.logLevel = try level(node, "logLevel")
        },
        refused: { _ in nil }
    )

    private static let logLevels = ConfigurationKey(
        name: "logLevels",
        rule: "an object with a level for each plugin id, such as {\"counter\": \"debug\"}",
        defaultText: "{}",
        documentation:
            "The least level that is logged of single plugins, by their ids, and of the host itself as host.",
        read: { (node, configuration) throws(ConfigurationProblem) in
            let rule = "an object with a level for each plugin id, such as {\"counter\": \"debug\"}"
            guard case .object(let members) = node.content else { throw mismatch("logLevels", node, rule) }
            for member in members {
                configuration.logLevels[member.name] = try level(member.value, "logLevels.\(member.name)")
            }
        },
        refused: { _ in nil }
    )

    private static let logFileRule = "a path, with ~ spelled out, null, or false"

    private static let logFile = ConfigurationKey(
        name: "logFile",
        rule: logFileRule,
        defaultText: "null",
        documentation: "The file of the log, one JSON object a line. null stands for logs/plugin-host.log in the state "
            + "directory, and false for none.",
        read: { (node, configuration) throws(ConfigurationProblem) in
            switch node.content {
            case .null: configuration.logFile = .standard
            case .bool(false): configuration.logFile = .none
            case .string(let path): configuration.logFile = .file(path)
            default: throw mismatch("logFile", node, logFileRule)
            }
        },
        refused: { configuration in
            guard case .file(let path) = configuration.logFile else { return nil }
            return isPath(path) ? nil : "'\(path)'"
        }
    )

    private static func level(
        _ node: ConfigurationNode,
        _ name: String
    ) throws(ConfigurationProblem) -> LogRecord.Level {
        guard case .string(let text) = node.content, let level = LogRecord.Level(named: text) else {
            throw mismatch(name, node, levelRule)
        }
        return level
    }
}
