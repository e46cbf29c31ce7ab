/// What a plugin contributes to its host, and the names of its methods (RS-9): the JSON that the interface `ph.components/1` writes.
///
/// Every list may be missing. Times are texts such as `250ms` or `30s`.
package struct ComponentDeclaration: Hashable, Sendable {
    package var actions: [ActionDeclaration] = []
    package var handlers: [HandlerDeclaration] = []
    package var hooks: [HookDeclaration] = []
    package var gateways: [GatewayDeclaration] = []
    package var tasks: [TaskDeclaration] = []
    /// The names that the plugin can be called by, as far as it tells; nothing is registered for them.
    package var methods: [String] = []

    package init() {}

    /// What is registered, without what is only told.
    var contributions: ComponentDeclaration {
        var copy = self
        copy.methods = []
        return copy
    }

    /// How many are registered.
    var count: Int {
        actions.count + handlers.count + hooks.count + gateways.count + tasks.count
    }
}

/// Something that people and language models may ask a plugin to do (RS-12).
package struct ActionDeclaration: Hashable, Sendable {
    package enum Activation: Hashable, Sendable {
        case always
        case keyword([String])
        case random(probability: Double)
        case never
    }

    package var name: String
    package var description: String
    /// A JSON schema of an object.
    package var parameters: JSONValue
    /// What it needs, in words for people.
    package var requires: [String] = []
    package var activation: Activation = .always
    /// Whether it may run several times at once.
    package var isParallel = false
    package var deadline: Duration = .seconds(30)
}

/// Takes events of some topics (RS-10).
package struct HandlerDeclaration: Hashable, Sendable {
    package enum Overflow: String, Hashable, Sendable, CaseIterable {
        case dropOldest = "drop-oldest"
        case dropNewest = "drop-newest"
        case block
    }

    package var name: String
    /// Words joined by points; `*` stands for one word, `#` at the end for any number of them.
    package var topics: [String]
    /// Higher ones come first.
    package var priority = 50
    package var deadline: Duration = .seconds(1)
    /// How many events wait for it at most.
    package var queue = 1000
    package var overflow: Overflow = .dropOldest
}

/// Takes part in the chain of a stage (RS-10).
package struct HookDeclaration: Hashable, Sendable {
    package var name: String
    package var stage: String
    /// Higher ones come first.
    package var priority = 50
    package var deadline: Duration = .seconds(1)
}

/// Connects the host with a place where people write messages (RS-11).
package struct GatewayDeclaration: Hashable, Sendable {
    package var name: String
    package var platform: String
    package var account = ""
    package var scope = ""
    package var protocolName = ""
    package var receives = true
    package var sends = true
}

/// Work that the host does at times (CH-1).
package struct TaskDeclaration: Hashable, Sendable {
    package enum Schedule: Hashable, Sendable {
        case every(Duration)
        /// Five fields, and the name of a time zone (`nil`: that of the host).
        case cron(String, timeZone: String?)
    }

    /// What is done about moments that passed while the task could not run.
    package enum Missed: String, Hashable, Sendable, CaseIterable {
        case skip
        case once
        case catchUp = "catch-up"
    }

    package var name: String
    package var schedule: Schedule
    package var missed: Missed = .once
    package var deadline: Duration = .seconds(30)
    package var startsAutomatically = true
}
