internal import Synchronization

/// Checks each thing that an instance asks of the host, and says once for each permission that it is missing.
final class PermissionGate: Sendable {
    /// A plugin could ask for ever more things that it may not.
    private static let mostWarnings = 64

    private let plugin: String
    private let permissions: PluginPermissions
    private let warn: @Sendable (String) -> Void
    private let warned = Mutex<Set<Permission>>([])

    init(plugin: String, permissions: PluginPermissions, warn: @escaping @Sendable (String) -> Void) {
        self.plugin = plugin
        self.permissions = permissions
        self.warn = warn
    }

    /// Whether the plugin may; if not, the log says which permission is missing.
    func allows(_ permission: Permission) -> Bool {
        guard let reason = permissions.refusal(of: permission) else { return true }
        let isFirst = warned.withLock { warned in
            warned.count < Self.mostWarnings && warned.insert(permission).inserted
        }
        if isFirst { warn("\(plugin): the permission '\(permission)' \(reason); \(remedy(for: permission))") }
        return false
    }

    /// Refuses what the plugin may not, naming the permission; the log says so once.
    func demand(_ permission: Permission) throws(PluginError) {
        guard !allows(permission) else { return }
        let reason = permissions.refusal(of: permission) ?? "is not granted"
        throw PluginError(
            code: .unauthorised,
            message: "\(plugin): the permission '\(permission)' \(reason); \(remedy(for: permission))"
        )
    }

    /// The same without a word.
    func wouldAllow(_ permission: Permission) -> Bool {
        permissions.allows(permission)
    }

    private func remedy(for permission: Permission) -> String {
        "see 'permissions' in the configuration and 'plugin-host info \(plugin)'"
    }
}
