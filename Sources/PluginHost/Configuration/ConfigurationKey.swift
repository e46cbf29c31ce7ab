/// One key of the configuration file: how it is read, what it may be, and what it means.
///
/// The table of all keys is the only place that knows them: reading, checking, and the documentation come from it.
package struct ConfigurationKey: Sendable {
    /// The name in the file, which is the name of the property.
    package let name: String
    /// What is allowed, as it completes the sentence "must be".
    package let rule: String
    /// The default as it would stand in the file.
    package let defaultText: String
    /// What it means, in a sentence or two.
    package let documentation: String
    /// Takes the value over.
    let read: @Sendable (ConfigurationNode, inout HostConfiguration) throws(ConfigurationProblem) -> Void
    /// Shows the value if it is one that it can't be.
    let refused: @Sendable (HostConfiguration) -> String?

    /// The configuration that the defaults are taken from.
    static let defaults = HostConfiguration(pluginDirectories: ["Plugins"], stateDirectory: "state")

    /// What a key sets.
    typealias Property<Value> = any WritableKeyPath<HostConfiguration, Value> & Sendable

    // MARK: Kinds

    static func flag(
        _ name: String,
        _ property: Property<Bool>,
        _ documentation: String
    ) -> ConfigurationKey {
        let rule = "true or false"
        return ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: "\(defaults[keyPath: property])",
            documentation: documentation,
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .bool(let value) = node.content else { throw mismatch(name, node, rule) }
                configuration[keyPath: property] = value
            },
            refused: { _ in nil }
        )
    }

    /// One of several names.
    static func choice<Value: RawRepresentable & CaseIterable & SendableMetatype>(
        _ name: String,
        _ property: Property<Value>,
        _ documentation: String
    ) -> ConfigurationKey where Value.RawValue == String {
        let rule = "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))"
        return ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: "\"\(defaults[keyPath: property].rawValue)\"",
            documentation: documentation,
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .string(let text) = node.content, let value = Value(rawValue: text) else {
                    throw mismatch(name, node, rule)
                }
                configuration[keyPath: property] = value
            },
            refused: { _ in nil }
        )
    }

    static func count(
        _ name: String,
        _ property: Property<Int>,
        _ allowed: ClosedRange<Int>,
        _ documentation: String
    ) -> ConfigurationKey {
        let rule = "a whole number from \(allowed.lowerBound) to \(allowed.upperBound)"
        return ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: "\(defaults[keyPath: property])",
            documentation: documentation,
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .integer(let number) = node.content, let value = Int(exactly: number) else {
                    throw mismatch(name, node, rule)
                }
                configuration[keyPath: property] = value
            },
            refused: { configuration in
                let value = configuration[keyPath: property]
                return allowed.contains(value) ? nil : "\(value)"
            }
        )
    }

    static func duration(
        _ name: String,
        _ property: Property<Duration>,
        from least: Duration = .zero,
        _ documentation: String
    ) -> ConfigurationKey {
        let allowed = least...longest
        let rule = durationRule(allowed)
        return ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: "\"\(DurationText.format(defaults[keyPath: property]))\"",
            documentation: documentation,
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard let value = duration(node) else { throw mismatch(name, node, rule) }
                configuration[keyPath: property] = value
            },
            refused: { configuration in
                let value = configuration[keyPath: property]
                return allowed.contains(value) ? nil : DurationText.format(value)
            }
        )
    }

    static func text(
        _ name: String,
        _ property: Property<String>,
        rule: String,
        default text: String? = nil,
        _ documentation: String,
        isAllowed: @escaping @Sendable (String) -> Bool
    ) -> ConfigurationKey {
        ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: "\"\(text ?? defaults[keyPath: property])\"",
            documentation: documentation,
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .string(let value) = node.content else { throw mismatch(name, node, rule) }
                configuration[keyPath: property] = value
            },
            refused: { configuration in
                let value = configuration[keyPath: property]
                return isAllowed(value) ? nil : "'\(value)'"
            }
        )
    }

    static func texts(
        _ name: String,
        _ property: Property<[String]>,
        rule: String,
        default text: String,
        _ documentation: String,
        isAllowed: @escaping @Sendable ([String]) -> Bool
    ) -> ConfigurationKey {
        ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: text,
            documentation: documentation,
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .array(let elements) = node.content else { throw mismatch(name, node, rule) }
                var values: [String] = []
                for element in elements {
                    guard case .string(let value) = element.content else { throw mismatch(name, element, rule) }
                    values.append(value)
                }
                configuration[keyPath: property] = values
            },
            refused: { configuration in
                let value = configuration[keyPath: property]
                return isAllowed(value) ? nil : "[\(value.map { "'\($0)'" }.joined(separator: ", "))]"
            }
        )
    }

    // MARK: Helpers

    /// Longer ones would only be a way to say never, and sums of them could overflow.
    static let longest = Duration.seconds(365 * 24 * 3600)

    static func durationRule(_ allowed: ClosedRange<Duration>) -> String {
        let bounds = [allowed.lowerBound, allowed.upperBound].map(DurationText.format).joined(separator: " to ")
        return "\(DurationText.rule), from \(bounds)"
    }

    static func duration(_ node: ConfigurationNode) -> Duration? {
        switch node.content {
        case .string(let text): DurationText.parse(text)
        case .integer(let seconds): .seconds(seconds)
        case .number(let seconds) where seconds.magnitude < 1e9: .nanoseconds(Int64(seconds * 1e9))
        default: nil
        }
    }

    static func mismatch(_ name: String, _ node: ConfigurationNode, _ rule: String) -> ConfigurationProblem {
        ConfigurationProblem(line: node.line, reason: "\(name) is \(node.summary); it must be \(rule)")
    }
}
