/// What one plugin asks for, judged by the policy.
struct PluginPermissions: Sendable {
    /// The rules that are for this plugin, read.
    private let granting: [PermissionPattern]
    private let denying: [PermissionPattern]
    private let asked: [Permission]
    /// Every text that the plugin gave, in its order, with why it is no permission if it is none.
    private let texts: [(text: String, problem: String?)]

    init(plugin: String, asked texts: [String], policy: PermissionPolicy) {
        let rules = policy.rules.filter { Wildcard.matches(plugin, $0.plugins) }
        granting = rules.flatMap(\.grant).compactMap { try? PermissionPattern($0) }
        denying = rules.flatMap(\.deny).compactMap { try? PermissionPattern($0) }
        var asked: [Permission] = []
        var judged: [(String, String?)] = []
        var seen: Set<String> = []
        for text in texts where seen.insert(text).inserted {
            do throws(Permission.Malformed) {
                asked.append(try Permission(text))
                judged.append((text, nil))
            } catch {
                judged.append((text, error.reason))
            }
        }
        self.asked = asked
        self.texts = judged
    }

    /// Whether the plugin may do something, which names no pattern.
    func allows(_ permission: Permission) -> Bool {
        refusal(of: permission) == nil
    }

    /// Why the plugin may not, and what would help, as the rest of a sentence about the permission.
    func refusal(of permission: Permission) -> String? {
        if isDenied(permission) { return "is denied by the host's policy" }
        if Permission.harmless.contains(permission.description) { return nil }
        guard isAsked(permission) else { return "is not asked for in the plugin's metadata" }
        return isGranted(permission) ? nil : "is not granted by the host's policy"
    }

    /// Everything that was asked for, and what came of it.
    var decision: PermissionDecision {
        var decision = PermissionDecision(asked: texts.map(\.text), granted: [], refused: [])
        let harmless = Permission.harmless.compactMap { try? Permission($0) }
        decision.granted = harmless.filter(allows).map(\.description)
        for (text, problem) in texts {
            let permission = try? Permission(text)
            let reason = problem.map { "is no permission: it \($0)" } ?? permission.flatMap(refusal)
            if let reason {
                decision.refused.append(PermissionDecision.Refusal(permission: text, reason: reason))
            } else if !decision.granted.contains(text) {
                decision.granted.append(text)
            }
        }
        for permission in harmless where isDenied(permission) && !decision.asked.contains(permission.description) {
            let refusal = PermissionDecision.Refusal(
                permission: permission.description,
                reason: "is denied by the host's policy"
            )
            decision.refused.append(refusal)
        }
        return decision
    }

    /// What is granted of what was asked for.
    var granted: [Permission] {
        asked.filter { refusal(of: $0) == nil }
    }

    /// What the plugin asks for that is no permission, and why.
    var malformed: [(text: String, problem: String)] {
        texts.compactMap { text, problem in problem.map { (text, $0) } }
    }

    private func isDenied(_ permission: Permission) -> Bool {
        denying.contains { $0.touches(permission) || permission.companion.map($0.touches) == true }
    }

    private func isGranted(_ permission: Permission) -> Bool {
        granting.contains { $0.covers(permission) }
    }

    private func isAsked(_ permission: Permission) -> Bool {
        asked.contains { asked in
            asked == permission
                || Wildcard.matches(permission.description, asked.description)
        }
    }
}
