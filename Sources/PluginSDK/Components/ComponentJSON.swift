/// One component as the host is told of it.
enum ComponentJSON: Sendable {
    case action(Action)
    case handler(Handler)
    case hook(Hook)
    case gateway(Gateway)
    case task(Task)

    struct Action: Encodable, Sendable {
        struct Rule: Encodable, Sendable {
            var mode: String
            var keywords: [String]?
            var probability: Double?
        }
        var name: String
        var description: String
        var parameters: JSONText
        var requires: [String]
        var activation: Rule
        var parallel: Bool
        var deadline: String?
    }
    struct Handler: Encodable, Sendable {
        var name: String
        var topics: [String]
        var priority: Int
        var deadline: String?
        var queue: Int?
        var overflow: String
    }
    struct Hook: Encodable, Sendable {
        var name: String
        var stage: String
        var priority: Int
        var deadline: String?
    }
    struct Gateway: Encodable, Sendable {
        var name: String
        var platform: String
        var account: String
        var scope: String
        var `protocol`: String
        var receives: Bool
        var sends: Bool
    }
    struct Task: Encodable, Sendable {
        var name: String
        var every: String?
        var cron: String?
        var timeZone: String?
        var missed: String
        var deadline: String?
        var startsAutomatically: Bool
    }

    /// All components of a plugin, beside the names of its methods.
    struct Document: Encodable {
        /// What it can be called by, for those who look.
        let methods: [String]
        private(set) var actions: [Action] = []
        private(set) var handlers: [Handler] = []
        private(set) var hooks: [Hook] = []
        private(set) var gateways: [Gateway] = []
        private(set) var tasks: [Task] = []

        init(_ components: [ComponentJSON], beside methods: [String]) {
            self.methods = methods
            for component in components {
                switch component {
                case .action(let action): actions.append(action)
                case .handler(let handler): handlers.append(handler)
                case .hook(let hook): hooks.append(hook)
                case .gateway(let gateway): gateways.append(gateway)
                case .task(let task): tasks.append(task)
                }
            }
        }
    }

    /// A time as the host reads it, to the millisecond; what is not above zero it refuses.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return "\(seconds)s" }
        return "\(milliseconds.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue)ms"
    }
}
