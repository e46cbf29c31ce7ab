/// One method, as a call finds it.
///
/// It takes any object, so that nothing on a call's way is generic: the compiler specialises what an author adds in his
/// own module, and the SDK's look-up needs no type at run time. Only an instance of the class that added it is passed.
@usableFromInline
struct Method: Sendable {
    @usableFromInline
    typealias Body = @Sendable (AnyObject, Span<UInt8>, PluginCall, borrowing Sink) throws -> Void

    /// In a struct, or a collection would wrap the function in another one.
    let body: Body

    @usableFromInline
    init(_ body: @escaping Body) {
        self.body = body
    }
}
