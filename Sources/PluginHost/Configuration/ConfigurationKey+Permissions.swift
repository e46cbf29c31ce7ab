extension ConfigurationKey {
    /// The keys that say what plugins may do (RS-13), and what holds them to it.
    static let permissionKeys: [ConfigurationKey] = [permissions, sandbox, controlGroup, runnerLimits]

    private static let permissions: ConfigurationKey = {
        let rule =
            "a list of objects, such as "
            + #"[{"plugins": "weather.*", "grant": ["call:map", "fs.read:/srv/maps"], "deny": ["events.emit"]}]"#
        return ConfigurationKey(
            name: "permissions",
            rule: rule,
            defaultText: "[]",
            documentation:
                "Which plugins (an id; * stands for any text) are granted and denied which permissions of those that they "
                + "ask for: \(Permission.arguments.keys.sorted().joined(separator: ", ")), or names of others. A path "
                + "stands for all that is beneath it. What one rule denies no other grants. "
                + "\(Permission.harmless.joined(separator: ", ")) are granted to all.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .array(let elements) = node.content else { throw mismatch("permissions", node, rule) }
                var rules: [PermissionPolicy.Rule] = []
                for (index, element) in elements.enumerated() {
                    let rule = try Self.rule(element, "permissions[\(index)]")
                    if let problem = PermissionPolicy([rule]).problem {
                        let reason = "permissions is \(problem.replacing("rule 1 ", with: "rule \(index + 1) "))"
                        throw ConfigurationProblem(line: element.line, reason: reason)
                    }
                    rules.append(rule)
                }
                configuration.permissions = PermissionPolicy(rules)
            },
            refused: { $0.permissions.problem }
        )
    }()

    private static func rule(
        _ node: ConfigurationNode,
        _ place: String
    ) throws(ConfigurationProblem) -> PermissionPolicy.Rule {
        guard case .object(let fields) = node.content else { throw mismatch(place, node, "an object") }
        var rule = PermissionPolicy.Rule(plugins: "")
        for field in fields {
            switch field.name {
            case "plugins":
                guard case .string(let text) = field.value.content else {
                    throw mismatch("\(place).plugins", field.value, "a plugin's id, in which * stands for any text")
                }
                rule.plugins = text
            case "grant": rule.grant = try texts("\(place).grant", field.value)
            case "deny": rule.deny = try texts("\(place).deny", field.value)
            default: throw unknown(field, in: place, ["plugins", "grant", "deny"])
            }
        }
        guard !rule.plugins.isEmpty else {
            throw ConfigurationProblem(line: node.line, reason: "\(place) has no plugins; \"*\" stands for all of them")
        }
        return rule
    }

    private static let sandbox = choice(
        "sandbox",
        \.sandbox,
        "What becomes of an isolated plugin if the kernel lacks a part of its sandbox: it runs with what there is, or it "
            + "does not run."
    )

    private static let controlGroup = choice(
        "controlGroup",
        \.controlGroup,
        "Whether each runner gets a control group of its own, for which the host's has to be handed over to it. "
            + "'plugin-host run' takes best-effort if this key does not say otherwise."
    )

    private static let runnerLimits: ConfigurationKey = {
        let rule =
            "an object with some of \(RunnerLimits.fields.map { "\($0.name) (from \($0.least))" }.joined(separator: ", ")), "
            + "each a whole number or null for no limit; sizes in bytes, or as a text such as \"256M\""
        return ConfigurationKey(
            name: "runnerLimits",
            rule: rule,
            defaultText: "{\"openFiles\": 1024}",
            documentation: "How much of the machine each runner may use. What goes beyond fails, or ends the runner.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .object(let fields) = node.content else { throw mismatch("runnerLimits", node, rule) }
                for field in fields {
                    guard let known = RunnerLimits.fields.first(where: { $0.name == field.name }) else {
                        throw unknown(field, in: "runnerLimits", RunnerLimits.fields.map(\.name))
                    }
                    configuration.runnerLimits[keyPath: known.property] = try amount(field)
                }
            },
            refused: { configuration in
                for field in RunnerLimits.fields {
                    guard let value = configuration.runnerLimits[keyPath: field.property], value < field.least else {
                        continue
                    }
                    return "an object where \(field.name) is \(value)"
                }
                return nil
            }
        )
    }()

    /// Reads a number, a size with a unit, or null.
    private static func amount(_ field: ConfigurationNode.Member) throws(ConfigurationProblem) -> Int? {
        switch field.value.content {
        case .null: return nil
        case .integer(let number):
            if let number = Int(exactly: number), number >= 0 { return number }
        case .string(let text):
            let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
            if let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count >= 0 {
                let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
                if !overflow { return bytes }
            }
        default: break
        }
        let rule = "a whole number, a size such as \"256M\" or \"4G\", or null"
        throw mismatch("runnerLimits.\(field.name)", field.value, rule)
    }
}
