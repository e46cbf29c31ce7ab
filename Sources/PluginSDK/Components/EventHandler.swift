/// Takes events of some topics (RS-10).
///
/// ```swift
/// EventHandler("audit", topics: ["order.*"], priority: 100) { shop, event in
///     shop.note(event)
///     return .goOn
/// }
/// ```
public struct EventHandler<Instance: AnyObject>: Sendable {
    let part: Components<Instance>.Part

    /// Creates an event handler.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 . _ -`; another one for each handler of the plugin.
    ///   - topics: Words joined by points; `*` stands for one word, `#` at the end for any number of them.
    ///   - priority: Higher ones come first.
    ///   - deadline: How long it may take; one that takes longer is skipped.
    ///   - queue: How many events wait for it at most.
    ///   - overflow: What becomes of events when more of them wait.
    ///   - handle: Takes one event, and says how it goes on.
    public init(
        _ name: String,
        topics: [String],
        priority: Int = 50,
        deadline: Duration = .seconds(1),
        queue: Int = 1000,
        overflow: EventOverflow = .dropOldest,
        handle: @escaping @Sendable (Instance, Event) throws -> EventOutcome
    ) {
        let declaration = ComponentJSON.Handler(
            name: name,
            topics: topics,
            priority: priority,
            deadline: ComponentJSON.text(deadline),
            queue: queue,
            overflow: overflow.rawValue
        )
        part = Components.Part(.handler(declaration), "ph.event/\(name)") { instance, input, _, answer in
            switch try handle(instance, try Event(input: input)) {
            case .goOn: break
            case .stop: try answer.write("stop")
            case .change(let data):
                try answer.write("change\n")
                try answer.write(data)
            }
        }
    }
}
