extension ConfigurationKey {
    /// The keys that say which files are trusted.
    static let trustKeys: [ConfigurationKey] = [trust, allowedSigners, signers, pins]

    private static let trust = choice(
        "trust",
        \.trust,
        "Which files are loaded: those that only root and the host's user could have changed, those with a signature in a "
            + "file .sig beside them, those whose SHA-256 is in pins, or any."
    )

    private static let allowedSigners: ConfigurationKey = {
        let rule = "a path, with ~ spelled out, under trust 'signed', and null otherwise"
        return ConfigurationKey(
            name: "allowedSigners",
            rule: rule,
            defaultText: "null",
            documentation:
                "The file with those who may sign plugins, in the format of ssh-keygen's ALLOWED SIGNERS. Needed "
                + "for trust 'signed', and only for that.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                switch node.content {
                case .null: configuration.allowedSigners = nil
                case .string(let path): configuration.allowedSigners = path
                default: throw mismatch("allowedSigners", node, rule)
                }
            },
            refused: { configuration in
                switch (configuration.trust, configuration.allowedSigners) {
                case (.signed, nil): "null, although trust is 'signed'"
                case (.signed, let path?): isPath(path) ? nil : "'\(path)'"
                case (_, let path?): "'\(path)', although trust is '\(configuration.trust.rawValue)'"
                case (_, nil): nil
                }
            }
        )
    }()

    private static let signers: ConfigurationKey = {
        let rule =
            #"an object with a list of plugin ids for each signer, such as {"alice@example.org": ["text.*"]}, under "#
            + "trust 'signed', and empty otherwise"
        return ConfigurationKey(
            name: "signers",
            rule: rule,
            defaultText: "{}",
            documentation:
                "Which plugins a signer may provide, by the signer's name in allowedSigners; * stands for any "
                + "text. Who is not named here may provide all.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .object(let members) = node.content else { throw mismatch("signers", node, rule) }
                for member in members {
                    guard case .array(let elements) = member.value.content else {
                        throw mismatch("signers.\(member.name)", member.value, "a list of plugin ids")
                    }
                    configuration.signers[member.name] = try elements.map { element throws(ConfigurationProblem) in
                        guard case .string(let id) = element.content else {
                            throw mismatch("signers.\(member.name)", element, "a list of plugin ids")
                        }
                        return id
                    }
                }
            },
            refused: { configuration in
                guard !configuration.signers.isEmpty else { return nil }
                guard configuration.trust == .signed else {
                    return "not empty, although trust is '\(configuration.trust.rawValue)'"
                }
                return configuration.signers.keys.contains("") ? "an object with a signer without a name" : nil
            }
        )
    }()

    private static let pins = ConfigurationKey.texts(
        "pins",
        \.pins,
        rule: "a list of SHA-256 hashes in 64 small hexadecimal digits under trust 'pinned', and empty otherwise",
        default: "[]",
        "The SHA-256 of each build that is loaded under trust 'pinned'; 'plugin-host trust --pin FILE' prints it."
    ) { pins in pins.allSatisfy(isDigest) }
    .refusing { configuration in
        guard !configuration.pins.isEmpty, configuration.trust != .pinned else { return nil }
        return "not empty, although trust is '\(configuration.trust.rawValue)'"
    }

    @Sendable private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// The same key with one more reason to refuse a value.
    private func refusing(_ more: @escaping @Sendable (HostConfiguration) -> String?) -> ConfigurationKey {
        let first = refused
        return ConfigurationKey(
            name: name,
            rule: rule,
            defaultText: defaultText,
            documentation: documentation,
            read: read,
            refused: { first($0) ?? more($0) }
        )
    }
}
