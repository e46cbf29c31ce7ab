/// Which plugins are granted which permissions (RS-13).
///
/// What is harmless is granted to every plugin: `log`, `events.emit` and `schedule`. Anything else is granted by a rule, to a
/// plugin that asks for it. What a rule denies nobody gets whom the rule is for, whatever else is granted.
public struct PermissionPolicy: Hashable, Sendable {
    /// What some plugins are granted, and what they are denied.
    public struct Rule: Hashable, Sendable {
        /// The ids of the plugins; `*` stands for any text.
        public var plugins: String
        /// The permissions that they get if they ask for them; `*` stands for any text.
        public var grant: [String]
        /// The permissions that they don't get.
        public var deny: [String]

        /// Creates a rule.
        public init(plugins: String, grant: [String] = [], deny: [String] = []) {
            self.plugins = plugins
            self.grant = grant
            self.deny = deny
        }
    }

    /// The rules; their order means nothing.
    public var rules: [Rule]

    /// Creates a policy.
    public init(_ rules: [Rule] = []) {
        self.rules = rules
    }

    /// Why a rule can't be meant, with its number from 1 on.
    var problem: String? {
        for (index, rule) in rules.enumerated() {
            guard PluginDescriptor.isValid(id: rule.plugins.replacing("*", with: "x")) else {
                return
                    "a list whose rule \(index + 1) is for '\(rule.plugins)', which is no plugin's id or pattern of one"
            }
            for text in rule.grant + rule.deny {
                do throws(Permission.Malformed) {
                    _ = try PermissionPattern(text)
                } catch {
                    return "a list whose rule \(index + 1) has the permission '\(text)', which \(error.reason)"
                }
            }
        }
        return nil
    }
}
