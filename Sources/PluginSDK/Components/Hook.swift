/// Takes part in the chain of a stage (RS-10): looks at what is handed along it, and may change it.
///
/// ```swift
/// Hook("shorten", stage: "message.before-send") { shop, json in
///     nil    // unchanged
/// }
/// ```
public struct Hook<Instance: AnyObject>: Sendable {
    let part: Components<Instance>.Part

    /// Creates a hook.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 of `a-z A-Z 0-9 . _ -`; another one for each hook of the plugin.
    ///   - stage: The name of the chain.
    ///   - priority: Higher ones come first.
    ///   - deadline: How long it may take; one that takes longer is skipped.
    ///   - run: Gets JSON, and gives JSON for the next hook, or nil to leave it as it is.
    public init(
        _ name: String,
        stage: String,
        priority: Int = 50,
        deadline: Duration = .seconds(1),
        run: @escaping @Sendable (Instance, [UInt8]) throws -> [UInt8]?
    ) {
        let declaration = ComponentJSON.Hook(
            name: name,
            stage: stage,
            priority: priority,
            deadline: ComponentJSON.text(deadline)
        )
        part = Components.Part(.hook(declaration), "ph.hook/\(name)") { instance, input, _, answer in
            if let json = try run(instance, input) { try answer.write(json) }
        }
    }

    /// Creates a hook that reads the JSON as a value, and gives a value for the next hook, or nil to leave it as it is.
    public init<Value: Codable & SendableMetatype>(
        _ name: String,
        stage: String,
        of type: Value.Type,
        priority: Int = 50,
        deadline: Duration = .seconds(1),
        run: @escaping @Sendable (Instance, Value) throws -> Value?
    ) {
        self.init(name, stage: stage, priority: priority, deadline: deadline) { instance, json in
            let value = try JSON.decode(
                Value.self,
                from: json,
                failingWith: .badPayload,
                "what the hook '\(name)' gets"
            )
            return try run(instance, value).map { try JSON.encode($0) }
        }
    }
}
