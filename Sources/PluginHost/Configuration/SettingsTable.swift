internal import Synchronization

/// What all plugins' settings are now: those of the configuration, and over them what commands have said (PL-5).
final class SettingsTable: Sendable {
    private struct State {
        var configured: [String: JSONValue]
        var commanded: [String: [String: JSONValue]] = [:]
        /// Those that were made into text and have not changed since.
        var texts: [String: [UInt8]] = [:]
    }

    private let state: Mutex<State>

    init(_ configuration: HostConfiguration) {
        state = Mutex(State(configured: configuration.plugins.mapValues(\.settings)))
    }

    /// The settings of a plugin: one JSON object.
    subscript(plugin: String) -> JSONValue {
        state.withLock { state in
            Self.merged(state.configured[plugin] ?? .object([:]), state.commanded[plugin] ?? [:])
        }
    }

    /// The settings of a plugin as the text that it is given.
    func text(of plugin: String) -> [UInt8] {
        state.withLock { state in
            if let text = state.texts[plugin] { return text }
            let settings = Self.merged(state.configured[plugin] ?? .object([:]), state.commanded[plugin] ?? [:])
            let text = (try? JSONCoding.encode(settings)) ?? Array("{}".utf8)
            state.texts[plugin] = text
            return text
        }
    }

    /// What commands have said of a plugin, by the settings' paths.
    func commanded(of plugin: String) -> [String: JSONValue] {
        state.withLock { $0.commanded[plugin] ?? [:] }
    }

    /// Takes what commands have said of a plugin in place of what they had said before.
    func setCommanded(_ values: [String: JSONValue], of plugin: String) {
        state.withLock { state in
            state.commanded[plugin] = values.isEmpty ? nil : values
            state.texts[plugin] = nil
        }
    }

    /// The plugins of which the configuration says something.
    var configured: Set<String> { state.withLock { Set($0.configured.keys) } }

    /// What the configuration says of a plugin.
    func configured(of plugin: String) -> JSONValue {
        state.withLock { $0.configured[plugin] ?? .object([:]) }
    }

    /// Takes what the configuration says of a plugin.
    func setConfigured(_ settings: JSONValue, of plugin: String) {
        state.withLock { state in
            state.configured[plugin] = settings
            state.texts[plugin] = nil
        }
    }

    /// What commands have said when one more has: it holds for all that is beneath its path, whatever was said of that before.
    static func changed(_ commanded: [String: JSONValue], _ path: String, to value: JSONValue?) -> [String: JSONValue] {
        var changed = commanded.filter { !$0.key.hasPrefix(path + ".") }
        changed[path] = value
        return changed
    }

    /// The settings that come of both; each command's path is words joined by points.
    static func merged(_ configured: JSONValue, _ commanded: [String: JSONValue]) -> JSONValue {
        commanded.sorted { $0.key < $1.key }.reduce(configured) { settings, command in
            set(command.value, at: command.key.split(separator: ".").map(String.init)[...], in: settings)
        }
    }

    private static func set(_ value: JSONValue, at path: ArraySlice<String>, in settings: JSONValue) -> JSONValue {
        guard let first = path.first else { return value }
        var fields: [String: JSONValue] = [:]
        if case .object(let present) = settings { fields = present }
        fields[first] = set(value, at: path.dropFirst(), in: fields[first] ?? .object([:]))
        return .object(fields)
    }
}
