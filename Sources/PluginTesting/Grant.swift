internal import CPluginABI

/// Which permissions a plugin has at a test host: what it asks for and is not denied.
struct Grant: Sendable {
    /// What every plugin may without asking.
    private static let harmless: Set<String> = ["events.emit", "log", "schedule"]

    let asked: [String]
    let denied: Set<String>

    /// Why a plugin may not, as the rest of a sentence about the permission; `nil` if it may.
    func refusal(of permission: String) -> String? {
        if denied.contains(permission) { return "is denied by the test" }
        if Self.harmless.contains(permission) { return nil }
        // A star asks for any text.
        let isAsked = asked.contains { Self.matches(permission[...], $0[...]) }
        return isAsked ? nil : "is not asked for in the plugin's metadata"
    }

    /// The permission without which a service is not there at all.
    static func permission(for service: String) -> String? {
        switch service {
        case PH_SHARED_STATE_V1: "state.shared"
        case PH_EVENTS_V1: "events.emit"
        case PH_HOOKS_V1: "hooks.run"
        case PH_ACTIONS_V1: "actions.run"
        case PH_GATEWAYS_V1: "gateways"
        case PH_TASKS_V1: "schedule"
        default: nil
        }
    }

    /// The services that every host has.
    static let services: Set<String> = [
        PH_SHARED_STATE_V1, PH_PLUGINS_V1, PH_EVENTS_V1, PH_HOOKS_V1, PH_ACTIONS_V1, PH_GATEWAYS_V1, PH_TASKS_V1,
        PH_HEARTBEAT_V1,
    ]

    private static func matches(_ text: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            if matches(text, pattern.dropFirst()) { return true }
            return !text.isEmpty && matches(text.dropFirst(), pattern)
        }
        return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
    }
}
