extension ConfigurationKey {
    /// The key of the settings of each plugin (PL-5).
    static let plugins: ConfigurationKey = {
        let rule =
            "an object with an object for each plugin id, such as "
            + #"{"counter": {"settings": {}, "enabled": true, "autoStart": true, "isolation": "process"}}"#
        return ConfigurationKey(
            name: "plugins",
            rule: rule,
            defaultText: "{}",
            documentation:
                "The settings of each plugin by its id: settings (the object that the plugin reads), enabled "
                + "(whether it is loaded), autoStart (whether it is started after it was loaded), isolation (where it runs).",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .object(let members) = node.content else { throw mismatch("plugins", node, rule) }
                for member in members {
                    guard StateDirectory.isFileName(member.name) else {
                        throw ConfigurationProblem(line: member.line, reason: "'\(member.name)' can't be a plugin's id")
                    }
                    try apply(member, to: &configuration.plugins[member.name, default: PluginSettings()])
                }
            },
            refused: { configuration in
                for (id, plugin) in configuration.plugins {
                    guard StateDirectory.isFileName(id) else { return "an object with the id '\(id)'" }
                    guard case .object = plugin.settings else { return "an object whose settings of '\(id)' are none" }
                }
                return nil
            }
        )
    }()

    private static func apply(
        _ member: ConfigurationNode.Member,
        to plugin: inout PluginSettings
    ) throws(ConfigurationProblem) {
        let place = "plugins.\(member.name)"
        guard case .object(let fields) = member.value.content else { throw mismatch(place, member.value, "an object") }
        for field in fields {
            switch (field.name, field.value.content) {
            case ("settings", .object): plugin.settings = field.value.json
            case ("enabled", .bool(let value)): plugin.isEnabled = value
            case ("autoStart", .bool(let value)): plugin.startsAutomatically = value
            case ("isolation", _): plugin.isolation = try isolation(field.value, "\(place).isolation")
            case ("settings", _): throw mismatch("\(place).settings", field.value, "an object")
            case ("enabled", _), ("autoStart", _):
                throw mismatch("\(place).\(field.name)", field.value, "true or false")
            default:
                let names = ["settings", "enabled", "autoStart", "isolation"]
                let meant = Spelling.nearest(to: field.name, among: names).map { "; did you mean '\($0)'?" }
                let list = "; the keys are \(names.joined(separator: ", "))"
                throw ConfigurationProblem(
                    line: field.line,
                    reason: "there is no key '\(field.name)' in \(place)\(meant ?? list)"
                )
            }
        }
    }
}
