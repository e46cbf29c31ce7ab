/// A plugin that another one needs: `id`, or `id@version` for one that is compatible and not older (HR-12).
public struct PluginDependency: Hashable, Sendable, CustomStringConvertible {
    /// The id of the plugin that is needed.
    public let id: String
    /// The oldest version that will do; `nil` if any will.
    public let version: SemanticVersion?

    /// Reads a dependency; the result is `nil` for a text that is none.
    public init?(_ text: String) {
        guard let mark = text.firstIndex(of: "@") else {
            id = text
            version = nil
            if id.isEmpty { return nil }
            return
        }
        guard let version = SemanticVersion(String(text[text.index(after: mark)...])) else { return nil }
        id = String(text[..<mark])
        self.version = version
        if id.isEmpty { return nil }
    }

    /// The dependency as text.
    public var description: String {
        version.map { "\(id)@\($0)" } ?? id
    }

    /// Why a version of the plugin does not do for one that needs it; `nil` if it does.
    func problem(with version: String, for plugin: String) -> String? {
        guard let needed = self.version else { return nil }
        if let version = SemanticVersion(version), isSatisfied(by: version) { return nil }
        let rule = "at least that version, with the same major version"
        return
            "plugin '\(plugin)' needs plugin '\(id)' \(needed) (\(rule)); there is version '\(version)'"
    }

    /// Whether a plugin of that id does, by its version.
    public func isSatisfied(by version: SemanticVersion) -> Bool {
        guard let needed = self.version else { return true }
        return version.isCompatible(with: needed) && version >= needed
    }
}
