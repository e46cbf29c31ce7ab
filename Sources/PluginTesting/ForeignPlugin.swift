/// Stands for the class of a plugin that is not written in Swift.
///
/// ```swift
/// let plugin = try TestedPlugin(factory: ph_plugin_factory())
/// ```
public final class ForeignPlugin: Sendable {
    private init() {}
}
