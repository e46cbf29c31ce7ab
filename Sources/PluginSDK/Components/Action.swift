/// Something that people and language models may ask the plugin to do (RS-12).
///
/// ```swift
/// Action(
///     "order_status",
///     "Tells how far an order is.",
///     parameters: #"{"type":"object","properties":{"number":{"type":"integer"}},"required":["number"]}"#
/// ) { shop, arguments in
///     .success(shop.status(of: try arguments.integer("number")))
/// }
/// ```
///
/// The arguments were checked against the schema of the parameters before.
public struct Action<Instance: AnyObject>: Sendable {
    let part: Components<Instance>.Part

    /// Creates an action.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 _ -`, which no other plugin of the host uses for an action.
    ///   - description: What it does, for people and language models.
    ///   - parameters: A JSON schema of an object; nothing by default.
    ///   - requires: What it needs, in words for people.
    ///   - activation: When it is offered.
    ///   - isParallel: Whether it may run several times at once; only for a ``ConcurrentPlugin``.
    ///   - deadline: How long it may take.
    ///   - perform: Does it. What it throws reaches who has asked as a failure.
    public init(
        _ name: String,
        _ description: String,
        parameters: String = #"{"type":"object","properties":{}}"#,
        requires: [String] = [],
        activation: ActionActivation = .always,
        isParallel: Bool = false,
        deadline: Duration = .seconds(30),
        perform: @escaping @Sendable (Instance, ActionArguments) throws -> ActionResult
    ) {
        let declaration = ComponentJSON.Action(
            name: name,
            description: description,
            parameters: JSONText(text: parameters),
            requires: requires,
            activation: activation.rule,
            parallel: isParallel,
            deadline: ComponentJSON.text(deadline)
        )
        part = Components.Part(.action(declaration), "ph.action/\(name)") { instance, input, _, answer in
            let result = try perform(instance, try ActionArguments(json: input))
            try answer.write(try JSON.encode(result))
        }
    }
}
