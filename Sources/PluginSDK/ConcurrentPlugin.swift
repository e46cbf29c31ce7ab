/// A plugin that can be called from several threads at once.
///
/// The class has to be `Sendable`, so that the compiler refuses one whose variables no lock guards.
public protocol ConcurrentPlugin: Plugin, Sendable {}

extension ConcurrentPlugin {
    /// As many calls at once as the host likes.
    public static var callSupport: CallSupport<Self> { .concurrent }
}
