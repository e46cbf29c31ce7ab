internal import Synchronization

/// What the `context` of an instance's function table points to.
@safe
final class InstanceBox {
    let operations: any InstanceOperations
    let context: PluginContext
    // What a call needs, at hand and without a generic type on the way.
    private let object: AnyObject
    private let methods: MethodIndex
    // Empty until the host has asked what the instance contributes.
    private let components = Mutex(MethodIndex([:]))
    // The operations keep it, so that a call need not count itself in there too.
    private let gate: Unmanaged<CallGate>?

    init(_ operations: any InstanceOperations, context: PluginContext, methods: MethodIndex, gate: CallGate?) {
        self.operations = operations
        self.context = context
        self.object = operations.object
        self.methods = methods
        unsafe self.gate = gate.map { unsafe .passUnretained($0) }
    }

    /// Serves one call.
    func execute(
        _ name: Span<UInt8>,
        _ input: Span<UInt8>,
        _ call: PluginCall,
        _ answer: borrowing Sink
    ) throws {
        guard let method = unsafe methods.method(named: name) ?? component(named: name) else {
            throw methods.failure(forUnknown: name)
        }
        guard let gate = unsafe gate else { return try unsafe method.serve(object, input, call, answer) }
        try unsafe gate._withUnsafeGuaranteedRef { gate in
            try gate.enter()
            defer { gate.leave() }
            if gate.notices.isFilled { operations.deliverNotices() }
            try unsafe method.serve(object, input, call, answer)
        }
    }

    // MARK: Components

    /// Takes note of what the instance contributes, and gives the declaration of it.
    func declareComponents() throws -> [UInt8] {
        let (declaration, index) = try operations.components(beside: self.methods.names)
        components.withLock { $0 = index }
        return declaration
    }

    /// Finds what serves a component; the index keeps it for as long as the instance lives.
    private func component(named name: Span<UInt8>) -> Unmanaged<Method>? {
        guard name.count > 3, name[0] == UInt8(ascii: "p"), name[1] == UInt8(ascii: "h"), name[2] == UInt8(ascii: ".")
        else { return nil }
        let index = components.withLock { $0 }
        return unsafe index.method(named: name)
    }
}
