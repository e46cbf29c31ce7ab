internal import PluginHost

/// What plugins contribute, for people.
enum ComponentText {
    private static let kinds = [
        ("actions", "action"), ("handlers", "handler"), ("hooks", "hook"), ("gateways", "gateway"), ("tasks", "task"),
    ]

    /// All components, one in a line.
    static func of(_ plugins: [PluginComponents]) -> String {
        let rows = rows(plugins)
        guard !rows.isEmpty else { return "no components: no plugin declares any" }
        let table = TextTable.aligned([["PLUGIN", "KIND", "NAME", "WHAT"]] + rows)
        return
            "\(table)\n\n\(FigureText.count(rows.count, "component")) of \(FigureText.count(plugins.count, "plugin"))"
    }

    /// Plugin, kind, name and details of each.
    static func rows(_ plugins: [PluginComponents]) -> [[String]] {
        plugins.flatMap { plugin in
            methods(in: plugin.components).map { [plugin.plugin, "method", $0, ""] }
                + kinds.flatMap { key, kind in
                    list(key, in: plugin.components).map { fields in
                        [plugin.plugin, kind, text("name", in: fields), details(of: kind, fields)]
                    }
                }
        }
    }

    private static func details(of kind: String, _ fields: [String: JSONValue]) -> String {
        switch kind {
        case "action": StatusText.oneLine(text("description", in: fields))
        case "handler": texts("topics", in: fields).joined(separator: " ")
        case "hook": text("stage", in: fields)
        case "gateway":
            [text("platform", in: fields), text("account", in: fields)].filter { !$0.isEmpty }.joined(separator: " ")
        default:
            fields["every"] == nil
                ? [text("cron", in: fields), text("timeZone", in: fields)].filter { !$0.isEmpty }.joined(separator: " ")
                : "every \(text("every", in: fields))"
        }
    }

    private static func list(_ key: String, in value: JSONValue) -> [[String: JSONValue]] {
        guard case .object(let lists) = value, case .array(let items) = lists[key] else { return [] }
        return items.compactMap { item in
            guard case .object(let fields) = item else { return nil }
            return fields
        }
    }

    private static func methods(in value: JSONValue) -> [String] {
        guard case .object(let lists) = value else { return [] }
        return texts("methods", in: lists)
    }

    private static func text(_ key: String, in fields: [String: JSONValue]) -> String {
        guard case .string(let text) = fields[key] else { return "" }
        return text
    }

    private static func texts(_ key: String, in fields: [String: JSONValue]) -> [String] {
        guard case .array(let items) = fields[key] else { return [] }
        return items.compactMap { item in
            guard case .string(let text) = item else { return nil }
            return text
        }
    }
}
