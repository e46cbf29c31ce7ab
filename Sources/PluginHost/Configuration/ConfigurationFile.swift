/// The configuration file: JSON with comments, every key in the table of keys.
package enum ConfigurationFile {
    /// Takes over what the file says; what it does not say stays as it was.
    ///
    /// After an error the configuration is as before. The path is only for messages.
    package static func apply(
        _ bytes: [UInt8],
        path: String,
        to configuration: inout HostConfiguration
    ) throws(PluginError) {
        do {
            configuration = try applied(bytes, configuration)
        } catch {
            throw PluginError(code: .badConfiguration, message: "\(path):\(error.line): \(error.reason)")
        }
    }

    private static func applied(
        _ bytes: [UInt8],
        _ configuration: HostConfiguration
    ) throws(ConfigurationProblem) -> HostConfiguration {
        let root = try ConfigurationText.parse(bytes)
        guard case .object(let members) = root.content else {
            let reason = "the configuration is \(root.summary); it must be an object, { … }"
            throw ConfigurationProblem(line: root.line, reason: reason)
        }
        let names = Set(ConfigurationKey.table.map(\.name))
        if let unknown = members.first(where: { !names.contains($0.name) }) {
            let meant = Spelling.nearest(to: unknown.name, among: ConfigurationKey.table.map(\.name))
            let list = "the keys are \(names.sorted().joined(separator: ", "))"
            let remedy = meant.map { "did you mean '\($0)'?" } ?? list
            throw ConfigurationProblem(line: unknown.line, reason: "there is no key '\(unknown.name)'; \(remedy)")
        }
        var configuration = configuration
        // In the order of the table: what a key means may depend on one before it.
        for key in ConfigurationKey.table {
            guard let member = members.first(where: { $0.name == key.name }) else { continue }
            try key.read(member.value, &configuration)
            if let value = key.refused(configuration) {
                let reason = "\(key.name) is \(value); it must be \(key.rule)"
                throw ConfigurationProblem(line: member.value.line, reason: reason)
            }
        }
        return configuration
    }

    /// A whole file with every key at its default, each with what it means and what it may be.
    ///
    /// Two keys are in comments: one has no meaning under the default strategy, and the default of the other depends on
    /// the user.
    package static var example: String {
        let entries = ConfigurationKey.table.map { key in
            let isComment = ["idleBound", "stateDirectory"].contains(key.name)
            let line = "\(isComment ? "// " : "")\"\(key.name)\": \(key.defaultText),"
            return "    // \(key.documentation)\n    // Must be \(key.rule).\n    \(line)\n"
        }
        return "{\n\(entries.joined(separator: "\n"))}\n"
    }
}
