internal import PluginSDK

/// What a plugin contributes, by the names that it has declared.
public struct DeclaredComponents: Hashable, Sendable {
    /// The names of the plugin's own methods; none of a plugin that does not tell them.
    public var methods: [String] { document.methods ?? [] }
    /// The names of the actions.
    public var actions: [String] { document.actions?.map(\.name) ?? [] }
    /// The names of the event handlers.
    public var handlers: [String] { document.handlers?.map(\.name) ?? [] }
    /// The names of the hooks.
    public var hooks: [String] { document.hooks?.map(\.name) ?? [] }
    /// The names of the gateways.
    public var gateways: [String] { document.gateways?.map(\.name) ?? [] }
    /// The names of the tasks.
    public var tasks: [String] { document.tasks?.map(\.name) ?? [] }
    /// The declaration as the host gets it: one JSON object.
    public let json: String

    private let document: Document

    /// The declaration; each list may be missing, and so may what has a default.
    private struct Document: Hashable, Decodable {
        struct Named: Hashable, Decodable {
            var name: String
        }
        struct Handler: Hashable, Decodable {
            var name: String
            var topics: [String]
            var priority: Int?
        }
        struct Hook: Hashable, Decodable {
            var name: String
            var stage: String
            var priority: Int?
        }
        var methods: [String]?
        var actions: [Named]?
        var handlers: [Handler]?
        var hooks: [Hook]?
        var gateways: [Named]?
        var tasks: [Named]?
    }

    /// The priority of a handler or a hook that names none.
    private static let usualPriority = 50

    /// Reads what an instance has declared; no bytes are no components.
    init(declaration bytes: [UInt8]) throws(PluginFailure) {
        json = String(decoding: bytes, as: UTF8.self)
        guard !bytes.isEmpty else {
            document = Document()
            return
        }
        document = try JSON.decode(
            Document.self,
            from: bytes,
            failingWith: .brokenContract,
            "the declaration of components"
        )
        for names in [actions, handlers, hooks, gateways, tasks] where Set(names).count < names.count {
            throw PluginFailure(.brokenContract, "two components of one kind have the same name: \(names)")
        }
    }

    /// The handlers that take a topic, in the order in which they get an event.
    func handlers(of topic: String) -> [String] {
        (document.handlers ?? [])
            .filter { handler in handler.topics.contains { Self.matches(topic, $0) } }
            .sorted { Self.precedes(($0.name, $0.priority), ($1.name, $1.priority)) }
            .map(\.name)
    }

    /// The hooks of a stage, in the order in which they are run.
    func hooks(of stage: String) -> [String] {
        (document.hooks ?? [])
            .filter { $0.stage == stage }
            .sorted { Self.precedes(($0.name, $0.priority), ($1.name, $1.priority)) }
            .map(\.name)
    }

    /// Whether the first of two comes first: by priority, then by name.
    private static func precedes(
        _ left: (name: String, priority: Int?),
        _ right: (name: String, priority: Int?)
    ) -> Bool {
        (right.priority ?? usualPriority, left.name) < (left.priority ?? usualPriority, right.name)
    }

    /// Whether a text is what an event may be about.
    static func isTopic(_ text: String) -> Bool {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= 255 && words.count <= 16
            && words.allSatisfy { word in
                !word.isEmpty
                    && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
            }
    }

    /// Whether a pattern takes a topic: `*` stands for one word, `#` at the end for any number of them.
    private static func matches(_ topic: String, _ pattern: String) -> Bool {
        let words = topic.split(separator: ".")
        let wanted = pattern.split(separator: ".")
        for (index, part) in wanted.enumerated() {
            if part == "#" { return true }
            guard index < words.count, part == "*" || part == words[index] else { return false }
        }
        return words.count == wanted.count
    }
}
