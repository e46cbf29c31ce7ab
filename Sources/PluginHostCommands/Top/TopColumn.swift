/// The columns of the list, from left to right.
enum TopColumn: String, CaseIterable, Hashable, Sendable {
    case id
    case state
    case isolation
    case generation
    case calls
    case p50
    case p99
    case errors
    case memory
    case restarts
    case event

    /// The names for `--sort`.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// The order in which they go when there is no room; what is not here stays.
    static let dispensable: [TopColumn] = [
        .restarts, .isolation, .memory, .p50, .generation, .errors, .p99, .calls, .state,
    ]

    /// What stands above.
    var title: String {
        switch self {
        case .isolation: "WHERE"
        case .generation: "GEN"
        case .calls: "CALLS/S"
        case .restarts: "RST"
        case .event: "LAST EVENT"
        default: rawValue.uppercased()
        }
    }

    /// Whether figures stand in it, which end below each other.
    var isFigure: Bool { ![.id, .state, .isolation, .event].contains(self) }

    /// The most columns of the terminal that it takes.
    var limit: Int {
        switch self {
        case .id: 24
        case .isolation: 12
        case .event: 200
        default: 10
        }
    }

    /// What stands in it.
    func text(_ row: TopRow) -> String {
        switch self {
        case .id: row.id
        case .state: row.state
        case .isolation: row.isolation
        case .generation: row.generation == 0 ? TopFigure.none : "\(row.generation)\(row.isOnProbation ? "?" : "")"
        case .calls: TopFigure.rate(row.rate)
        case .p50: row.median.map(FigureText.seconds) ?? TopFigure.none
        case .p99: row.p99.map(FigureText.seconds) ?? TopFigure.none
        case .errors: TopFigure.count(row.errors)
        case .memory: TopFigure.bytes(row.memory)
        case .restarts: "\(row.restarts)"
        case .event: row.event
        }
    }

    /// Whether one row goes before another: texts from A on, figures from the highest on, and else by id.
    func precedes(_ left: TopRow, _ right: TopRow) -> Bool {
        let order: Bool? =
            switch self {
            case .id: nil
            case .state: Self.differ(right.state, left.state)
            case .isolation: Self.differ(right.isolation, left.isolation)
            case .generation: Self.differ(left.generation, right.generation)
            case .calls: Self.differ(left.rate ?? -1, right.rate ?? -1)
            case .p50: Self.differ(left.median ?? -1, right.median ?? -1)
            case .p99: Self.differ(left.p99 ?? -1, right.p99 ?? -1)
            case .errors: Self.differ(left.errors, right.errors)
            case .memory: Self.differ(left.memory ?? -1, right.memory ?? -1)
            case .restarts: Self.differ(left.restarts, right.restarts)
            // It begins with the time.
            case .event: Self.differ(left.event, right.event)
            }
        return order ?? (left.id < right.id)
    }

    private static func differ<Value: Comparable>(_ left: Value, _ right: Value) -> Bool? {
        left == right ? nil : left > right
    }
}
