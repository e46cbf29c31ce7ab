/// One method, as a call finds it.
///
/// It takes any object, so that nothing on a call's way is generic: the compiler specialises what an author adds in his
/// own module, and the SDK's look-up needs no type at run time. Only an instance of the class that added it is passed.
@usableFromInline
final class Method: Sendable {
    @usableFromInline
    typealias Body = @Sendable (AnyObject, Span<UInt8>, PluginCall, borrowing Sink) throws -> Void

    fileprivate let body: Body

    @usableFromInline
    init(_ body: @escaping Body) {
        self.body = body
    }
}

extension Unmanaged<Method> {
    /// Serves a call, without counting who uses the method; its table keeps it.
    @inline(__always)
    func serve(
        _ object: AnyObject,
        _ input: Span<UInt8>,
        _ call: PluginCall,
        _ answer: borrowing Sink
    ) throws {
        try unsafe _withUnsafeGuaranteedRef { try $0.body(object, input, call, answer) }
    }
}
