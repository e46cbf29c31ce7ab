extension ConfigurationKey {
    /// The key of the managed programs (PM-1).
    static let processes: ConfigurationKey = {
        let rule =
            "an object with an object for each program, such as "
            + #"{"web": {"command": "/usr/bin/python3", "arguments": ["-m", "http.server"], "autoRestart": true}}"#
        return ConfigurationKey(
            name: "processes",
            rule: rule,
            defaultText: "{}",
            documentation:
                "The programs that the host runs and looks after, by their ids: command (a path, or a name in PATH), "
                + "arguments, environment (all of it, but for a PATH if there is none), directory (where it starts), name "
                + "(under which it logs), autoStart (true: it starts with the host), autoRestart (false: it stays down "
                + "when it has failed), stopTimeout (5s: how long it may take to end before it is killed), restartLimits.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .object(let members) = node.content else { throw mismatch("processes", node, rule) }
                for member in members {
                    configuration.processes[member.name] = try program(member, configuration.processes[member.name])
                }
            },
            refused: { configuration in
                for (id, program) in configuration.processes {
                    guard StateDirectory.isFileName(id) else { return "an object with the id '\(id)'" }
                    if let fault = fault(in: program) { return "an object where \(fault) of '\(id)' can't be used" }
                }
                return nil
            }
        )
    }()

    private static func program(
        _ member: ConfigurationNode.Member,
        _ present: ProgramSettings?
    ) throws(ConfigurationProblem) -> ProgramSettings {
        let place = "processes.\(member.name)"
        guard case .object(let fields) = member.value.content else { throw mismatch(place, member.value, "an object") }
        var program = present ?? ProgramSettings(command: "")
        for field in fields {
            let name = "\(place).\(field.name)"
            switch field.name {
            case "name": program.name = try text(name, field.value)
            case "command": program.command = try text(name, field.value)
            case "directory": program.directory = try text(name, field.value)
            case "arguments": program.arguments = try texts(name, field.value)
            case "environment": program.environment = try variables(name, field.value)
            case "autoStart": program.startsAutomatically = try flag(name, field.value)
            case "autoRestart": program.restartsAutomatically = try flag(name, field.value)
            case "stopTimeout": program.stopTimeout = try time(name, field.value)
            case "restartLimits": try apply(name, field.value, to: &program.restartLimits)
            default:
                let names = [
                    "command", "arguments", "environment", "directory", "name", "autoStart", "autoRestart",
                    "stopTimeout", "restartLimits",
                ]
                throw unknown(field, in: place, names)
            }
        }
        guard !program.command.isEmpty else {
            throw ConfigurationProblem(line: member.line, reason: "\(place) has no command; it needs one")
        }
        return program
    }

    /// Takes over limits of restarts, wherever they stand.
    static func apply(
        _ place: String,
        _ node: ConfigurationNode,
        to limits: inout RestartLimits
    ) throws(ConfigurationProblem) {
        guard case .object(let fields) = node.content else { throw mismatch(place, node, "an object") }
        for field in fields {
            let name = "\(place).\(field.name)"
            switch field.name {
            case "maximumRestarts":
                guard case .integer(let number) = field.value.content, (0...1_000_000).contains(number) else {
                    throw mismatch(name, field.value, "a whole number from 0 to 1000000")
                }
                limits.maximumRestarts = Int(number)
            case "period": limits.period = field.value.content == .null ? nil : try time(name, field.value)
            case "initialDelay": limits.initialDelay = try time(name, field.value)
            case "maximumDelay": limits.maximumDelay = try time(name, field.value)
            case "stableTime": limits.stableTime = try time(name, field.value)
            default:
                let names = ["maximumRestarts", "period", "initialDelay", "maximumDelay", "stableTime"]
                throw unknown(field, in: place, names)
            }
        }
    }

    // MARK: Values

    private static func text(_ name: String, _ node: ConfigurationNode) throws(ConfigurationProblem) -> String {
        guard case .string(let text) = node.content, !text.isEmpty, !text.utf8.contains(0) else {
            throw mismatch(name, node, "a text that is not empty")
        }
        return text
    }

    static func texts(_ name: String, _ node: ConfigurationNode) throws(ConfigurationProblem) -> [String] {
        guard case .array(let elements) = node.content else { throw mismatch(name, node, "a list of texts") }
        var result: [String] = []
        for element in elements {
            guard case .string(let text) = element.content, !text.utf8.contains(0) else {
                throw mismatch(name, element, "a list of texts")
            }
            result.append(text)
        }
        return result
    }

    private static func variables(
        _ name: String,
        _ node: ConfigurationNode
    ) throws(ConfigurationProblem) -> [String: String] {
        guard case .object(let members) = node.content else { throw mismatch(name, node, "an object of texts") }
        var result: [String: String] = [:]
        for member in members {
            guard case .string(let text) = member.value.content else {
                throw mismatch("\(name).\(member.name)", member.value, "a text")
            }
            result[member.name] = text
        }
        return result
    }

    private static func flag(_ name: String, _ node: ConfigurationNode) throws(ConfigurationProblem) -> Bool {
        guard case .bool(let value) = node.content else { throw mismatch(name, node, "true or false") }
        return value
    }

    private static func time(_ name: String, _ node: ConfigurationNode) throws(ConfigurationProblem) -> Duration {
        let allowed = Duration.zero...longest
        guard let value = duration(node), allowed.contains(value) else {
            throw mismatch(name, node, durationRule(allowed))
        }
        return value
    }

    static func unknown(
        _ field: ConfigurationNode.Member,
        in place: String,
        _ names: [String]
    ) -> ConfigurationProblem {
        let meant = Spelling.nearest(to: field.name, among: names).map { "; did you mean '\($0)'?" }
        let list = "; the keys are \(names.joined(separator: ", "))"
        return ConfigurationProblem(
            line: field.line,
            reason: "there is no key '\(field.name)' in \(place)\(meant ?? list)"
        )
    }

    /// What can't be handed to the kernel, or waited for, whoever has set it.
    private static func fault(in program: ProgramSettings) -> String? {
        func isText(_ text: String) -> Bool { !text.utf8.contains(0) }
        if program.command.isEmpty || !isText(program.command) { return "the command" }
        if !program.arguments.allSatisfy(isText) { return "an argument" }
        for (name, value) in program.environment {
            guard !name.isEmpty, !name.contains("="), isText(name), isText(value) else { return "the environment" }
        }
        if let directory = program.directory, !isPath(directory) { return "the directory" }
        guard (Duration.zero...longest).contains(program.stopTimeout) else { return "a time" }
        return fault(in: program.restartLimits)
    }

    /// What can't be waited for, or counted.
    static func fault(in limits: RestartLimits) -> String? {
        let times = [limits.initialDelay, limits.maximumDelay, limits.stableTime] + (limits.period.map { [$0] } ?? [])
        guard times.allSatisfy((Duration.zero...longest).contains) else { return "a time" }
        return (0...1_000_000).contains(limits.maximumRestarts) ? nil : "the number of restarts"
    }
}
