/// The methods that a host can call, by name.
///
/// ```swift
/// methods.add("increment", Counter.increment)         // func increment(by step: Int?) -> Int
/// methods.addText("greet", Greeter.greet)             // func greet(_ name: String) -> String
/// methods.addBytes("count", WordCount.count)          // func count(_ bytes: Span<UInt8>) -> Int
/// ```
///
/// `add` reads the input and writes the answer as JSON. An input that can't be read is refused before the method is
/// called, with the method's name and the place in the input. An optional input is nil if there are no bytes.
///
/// Adding one name twice is a mistake of the author's and traps.
public struct MethodTable<Instance: AnyObject>: Sendable {
    private(set) var methods: [String: Method] = [:]

    init() {}

    @usableFromInline
    mutating func insert(_ name: String, _ method: Method) {
        precondition(methods.updateValue(method, forKey: name) == nil, "the method '\(name)' is added twice")
    }

    /// Adds a method under a name; what the closure gets is the instance.
    @inlinable @inline(__always)
    mutating func insert(
        _ name: String,
        _ body: @escaping @Sendable (Instance, Span<UInt8>, PluginCall, borrowing Sink) throws -> Void
    ) {
        insert(
            name,
            Method { object, input, call, answer in
                // Safe: a table's methods are called with instances of its own class only.
                try body(unsafe unsafeDowncast(object, to: Instance.self), input, call, answer)
            }
        )
    }
}

// MARK: - Typed methods

extension MethodTable {
    /// Adds a method with an input and an answer.
    @inlinable @inline(__always)
    public mutating func add<Input: Decodable & SendableMetatype, Answer: Encodable & SendableMetatype>(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Input) throws -> Answer
    ) {
        insert(name) { instance, input, _, answer in
            try Payload.write(method(instance)(Payload.read(input, for: name)), to: answer)
        }
    }

    /// Adds a method with an input that may be absent, and an answer.
    @inlinable @inline(__always)
    public mutating func add<Input: Decodable & SendableMetatype, Answer: Encodable & SendableMetatype>(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Input?) throws -> Answer
    ) {
        insert(name) { instance, input, _, answer in
            try Payload.write(method(instance)(Payload.readIfAny(input, for: name)), to: answer)
        }
    }

    /// Adds a method that needs no input.
    @inlinable @inline(__always)
    public mutating func add<Answer: Encodable & SendableMetatype>(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> () throws -> Answer
    ) {
        insert(name) { instance, _, _, answer in
            try Payload.write(method(instance)(), to: answer)
        }
    }

    /// Adds a method with an input and nothing to answer.
    @inlinable @inline(__always)
    public mutating func add<Input: Decodable & SendableMetatype>(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Input) throws -> Void
    ) {
        insert(name) { instance, input, _, _ in try method(instance)(Payload.read(input, for: name)) }
    }

    /// Adds a method with an input that may be absent, and nothing to answer.
    @inlinable @inline(__always)
    public mutating func add<Input: Decodable & SendableMetatype>(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Input?) throws -> Void
    ) {
        insert(name) { instance, input, _, _ in try method(instance)(Payload.readIfAny(input, for: name)) }
    }

    /// Adds a method that needs no input and has nothing to answer.
    @inlinable @inline(__always)
    public mutating func add(_ name: String, _ method: @escaping @Sendable (Instance) -> () throws -> Void) {
        insert(name) { instance, _, _, _ in try method(instance)() }
    }
}

// MARK: - Whole numbers

// The same as above, for the compiler only: a generic function value would be wrapped in one that is allocated anew for
// each call.
extension MethodTable {
    /// Adds a method from a number to a number.
    @inlinable @inline(__always)
    public mutating func add(_ name: String, _ method: @escaping @Sendable (Instance) -> (Int) throws -> Int) {
        insert(name) { instance, input, _, answer in
            try answer.write(decimal: method(instance)(Payload.read(input, for: name)))
        }
    }

    /// Adds a method from a number that may be absent to a number.
    @inlinable @inline(__always)
    public mutating func add(_ name: String, _ method: @escaping @Sendable (Instance) -> (Int?) throws -> Int) {
        insert(name) { instance, input, _, answer in
            try answer.write(decimal: method(instance)(Payload.readIfAny(input, for: name)))
        }
    }
}

// MARK: - Text

extension MethodTable {
    /// Adds a method whose input and answer are plain text in UTF-8, without the quotes of JSON.
    @inlinable @inline(__always)
    public mutating func addText(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (String) throws -> String
    ) {
        insert(name) { instance, input, _, answer in
            try answer.write(method(instance)(Payload.readText(input, for: name)))
        }
    }
}

// MARK: - Bytes

extension MethodTable {
    /// Adds a method that reads the input where it lies and answers bytes.
    @inlinable @inline(__always)
    public mutating func addBytes(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Span<UInt8>) throws -> [UInt8]
    ) {
        insert(name) { instance, input, _, answer in try answer.write(method(instance)(input)) }
    }

    /// Adds a method that reads the input where it lies, answers bytes, and knows the call's id and deadline.
    @inlinable @inline(__always)
    public mutating func addBytes(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Span<UInt8>, PluginCall) throws -> [UInt8]
    ) {
        insert(name) { instance, input, call, answer in try answer.write(method(instance)(input, call)) }
    }

    /// Adds a method that reads the input where it lies and answers with JSON.
    @inlinable @inline(__always)
    public mutating func addBytes<Answer: Encodable & SendableMetatype>(
        _ name: String,
        _ method: @escaping @Sendable (Instance) -> (Span<UInt8>) throws -> Answer
    ) {
        insert(name) { instance, input, _, answer in try Payload.write(method(instance)(input), to: answer) }
    }
}
