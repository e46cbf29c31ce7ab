extension ComponentDeclaration {
    /// So many of one kind are taken from one plugin.
    static let limit = 4096

    /// Reads what a plugin has declared, and refuses whatever is not exactly as it should be.
    ///
    /// - Throws: ``PluginError`` with `bad-descriptor`, naming the component and the key.
    package init(reading bytes: [UInt8]) throws(PluginError) {
        let value: JSONValue
        do throws(PluginError) {
            value = try JSONCoding.decode(JSONValue.self, from: bytes)
        } catch {
            throw PluginError(code: .badDescriptor, message: "its components are no JSON: \(error.message)")
        }
        let lists = try ComponentFields(
            value,
            at: "the declaration",
            keys: ["actions", "handlers", "hooks", "gateways", "tasks", "methods"]
        )
        actions = try Self.read("actions", in: lists) { (value, place) throws(PluginError) in
            try ActionDeclaration(reading: value, at: place)
        }
        handlers = try Self.read("handlers", in: lists) { (value, place) throws(PluginError) in
            try HandlerDeclaration(reading: value, at: place)
        }
        hooks = try Self.read("hooks", in: lists) { (value, place) throws(PluginError) in
            try HookDeclaration(reading: value, at: place)
        }
        gateways = try Self.read("gateways", in: lists) { (value, place) throws(PluginError) in
            try GatewayDeclaration(reading: value, at: place)
        }
        tasks = try Self.read("tasks", in: lists) { (value, place) throws(PluginError) in
            try TaskDeclaration(reading: value, at: place)
        }
        methods = try lists.texts("methods", default: [])
        guard methods.count <= Self.limit else {
            throw lists.fault("'methods' has \(methods.count) of at most \(Self.limit)")
        }
    }

    private static func read<Component: NamedComponent>(
        _ key: String,
        in lists: ComponentFields,
        _ read: (JSONValue, String) throws(PluginError) -> Component
    ) throws(PluginError) -> [Component] {
        guard let value = lists.value(key) else { return [] }
        guard case .array(let items) = value else { throw lists.fault("'\(key)' has to be a list") }
        guard items.count <= limit else { throw lists.fault("'\(key)' has \(items.count) of at most \(limit)") }
        var seen: Set<String> = []
        var components: [Component] = []
        for (index, item) in items.enumerated() {
            let component = try read(item, "\(key)[\(index)]")
            guard seen.insert(component.name).inserted else {
                throw ComponentFields.fault("\(key)[\(index)]", "the name '\(component.name)' is there twice")
            }
            components.append(component)
        }
        return components
    }
}

/// A component of any kind, as far as they are alike.
protocol NamedComponent {
    var name: String { get }
}

extension ActionDeclaration: NamedComponent {
    /// What an action takes that says nothing of it.
    static let noParameters = JSONValue.object(["type": .string("object"), "properties": .object([:])])

    /// Reads one action.
    package init(reading value: JSONValue, at place: String) throws(PluginError) {
        let keys = ["name", "description", "parameters", "requires", "activation", "parallel", "deadline"]
        let fields = try ComponentFields(value, at: place, keys: keys)
        // The names of tools that language models know have no points.
        name = try fields.word("name", dots: false)
        description = try fields.text("description", default: "")
        parameters = fields.value("parameters") ?? Self.noParameters
        guard case .object(let schema) = parameters, schema["type"].map({ $0 == .string("object") }) ?? true else {
            throw fields.fault("'parameters' has to be a JSON schema of an object")
        }
        requires = try fields.texts("requires", default: [])
        if let value = fields.value("activation") {
            activation = try Self.activation(value, at: "\(place) '\(name)', activation")
        }
        isParallel = try fields.flag("parallel", default: false)
        deadline = try fields.duration("deadline", default: .seconds(30))
    }

    private static func activation(_ value: JSONValue, at place: String) throws(PluginError) -> Activation {
        let fields = try ComponentFields(value, at: place, keys: ["mode", "keywords", "probability"])
        let mode = try fields.text("mode")
        if mode != "keyword", fields.has("keywords") { throw fields.fault("'keywords' is for the mode keyword") }
        if mode != "random", fields.has("probability") { throw fields.fault("'probability' is for the mode random") }
        switch mode {
        case "always": return .always
        case "never": return .never
        case "keyword":
            let keywords = try fields.texts("keywords")
            guard !keywords.isEmpty else { throw fields.fault("'keywords' is empty") }
            return .keyword(keywords)
        case "random": return .random(probability: try fields.number("probability", in: 0...1))
        default: throw fields.fault("'mode' is one of always, keyword, random, never, not '\(mode.prefix(80))'")
        }
    }
}

extension HandlerDeclaration: NamedComponent {
    /// Reads one handler.
    package init(reading value: JSONValue, at place: String) throws(PluginError) {
        let keys = ["name", "topics", "priority", "deadline", "queue", "overflow"]
        let fields = try ComponentFields(value, at: place, keys: keys)
        name = try fields.word("name")
        topics = try fields.texts("topics")
        guard !topics.isEmpty else { throw fields.fault("'topics' is empty") }
        for topic in topics where !Self.isPattern(topic) {
            throw fields.fault(
                "'topics' has '\(topic.prefix(80))', which is no topic; a topic is words of a-z A-Z 0-9 _ - joined by "
                    + "points, where * stands for one word, and # at the end for any number of them"
            )
        }
        priority = try fields.whole("priority", in: -1_000_000...1_000_000, default: 50)
        deadline = try fields.duration("deadline", default: .seconds(1))
        queue = try fields.whole("queue", in: 1...1_000_000, default: 1000)
        overflow = try fields.choice("overflow", default: .dropOldest)
    }

    private static func isPattern(_ topic: String) -> Bool {
        let words = topic.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard topic.utf8.count <= 256 else { return false }
        return words.enumerated().allSatisfy { index, word in
            word == "*" || word == "#" && index == words.count - 1 || ComponentFields.isWord(word, dots: false)
        }
    }
}

extension HookDeclaration: NamedComponent {
    /// Reads one hook.
    package init(reading value: JSONValue, at place: String) throws(PluginError) {
        let fields = try ComponentFields(value, at: place, keys: ["name", "stage", "priority", "deadline"])
        name = try fields.word("name")
        stage = try fields.word("stage")
        priority = try fields.whole("priority", in: -1_000_000...1_000_000, default: 50)
        deadline = try fields.duration("deadline", default: .seconds(1))
    }
}

extension GatewayDeclaration: NamedComponent {
    /// Reads one gateway.
    package init(reading value: JSONValue, at place: String) throws(PluginError) {
        let keys = ["name", "platform", "account", "scope", "protocol", "receives", "sends"]
        let fields = try ComponentFields(value, at: place, keys: keys)
        name = try fields.word("name")
        platform = try fields.word("platform")
        account = try fields.text("account", default: "")
        scope = try fields.text("scope", default: "")
        protocolName = try fields.text("protocol", default: "")
        receives = try fields.flag("receives", default: true)
        sends = try fields.flag("sends", default: true)
        guard receives || sends else { throw fields.fault("it neither receives nor sends") }
    }
}

extension TaskDeclaration: NamedComponent {
    /// Reads one task.
    package init(reading value: JSONValue, at place: String) throws(PluginError) {
        let keys = ["name", "every", "cron", "timeZone", "missed", "deadline", "startsAutomatically"]
        let fields = try ComponentFields(value, at: place, keys: keys)
        name = try fields.word("name")
        guard fields.has("every") != fields.has("cron") else {
            throw fields.fault("it needs one of 'every' and 'cron', and not both")
        }
        if fields.has("every") {
            if fields.has("timeZone") { throw fields.fault("'timeZone' is for 'cron'") }
            schedule = .every(try fields.duration("every"))
        } else {
            let zone = fields.has("timeZone") ? try fields.text("timeZone") : nil
            if zone?.isEmpty == true { throw fields.fault("'timeZone' is empty") }
            schedule = .cron(try fields.text("cron"), timeZone: zone)
        }
        missed = try fields.choice("missed", default: .once)
        deadline = try fields.duration("deadline", default: .seconds(30))
        startsAutomatically = try fields.flag("startsAutomatically", default: true)
    }
}
