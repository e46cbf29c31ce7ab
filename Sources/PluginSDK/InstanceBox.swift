/// What the `context` of an instance's function table points to.
final class InstanceBox {
    let operations: any InstanceOperations
    let context: PluginContext
    // What a call needs, at hand and without a generic type on the way.
    private let object: AnyObject
    private let methods: MethodIndex
    private let gate: CallGate?

    init(_ operations: any InstanceOperations, context: PluginContext, methods: MethodIndex, gate: CallGate?) {
        self.operations = operations
        self.context = context
        self.object = operations.object
        self.methods = methods
        self.gate = gate
    }

    /// Serves one call.
    func execute(
        _ name: Span<UInt8>,
        _ input: Span<UInt8>,
        _ call: PluginCall,
        _ answer: borrowing Sink
    ) throws {
        guard let method = methods.method(named: name) else { throw methods.failure(forUnknown: name) }
        guard let gate else { return try method.body(object, input, call, answer) }
        try gate.serve {
            if gate.notices.isFilled { operations.deliverNotices() }
            try method.body(object, input, call, answer)
        }
    }
}
