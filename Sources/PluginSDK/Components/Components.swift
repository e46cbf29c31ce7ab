/// What one plugin contributes.
///
/// It is built by listing components; see ``ComponentPlugin``.
public struct Components<Instance: AnyObject>: Sendable {
    /// One component, as the host is told of it and as it is invoked.
    struct Part: Sendable {
        let declaration: ComponentJSON
        let method: String
        let body: Method.Body
    }

    private(set) var parts: [Part]

    init(_ parts: [Part]) {
        self.parts = parts
    }

    /// No components.
    public init() {
        self.init([])
    }

    /// The declaration, as the host reads it.
    func declaration(beside methods: [String] = []) throws -> [UInt8] {
        try JSON.encode(ComponentJSON.Document(parts.map(\.declaration), beside: methods))
    }

    /// The methods by which the host invokes them.
    func methods() throws(PluginFailure) -> MethodIndex {
        var methods: [String: Method] = [:]
        for part in parts where methods.updateValue(Method(part.body), forKey: part.method) != nil {
            throw PluginFailure(.failed, "two components are called by \(part.method)")
        }
        return MethodIndex(methods)
    }
}

extension Components.Part {
    /// Makes a part whose body gets the instance, the input and the call.
    init(
        _ declaration: ComponentJSON,
        _ method: String,
        _ body: @escaping @Sendable (Instance, [UInt8], PluginCall, borrowing Sink) throws -> Void
    ) {
        self.declaration = declaration
        self.method = method
        self.body = { object, input, call, answer in
            let bytes = unsafe input.withUnsafeBufferPointer { unsafe Array($0) }
            // Safe: an instance's components are invoked with that instance only.
            try body(unsafe unsafeDowncast(object, to: Instance.self), bytes, call, answer)
        }
    }
}
