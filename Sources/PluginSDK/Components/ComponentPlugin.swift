/// A plugin that contributes actions, event handlers, hooks, message gateways and scheduled tasks (RS-9).
///
/// ```swift
/// final class Shop: ComponentPlugin {
///     var components: Components<Shop> {
///         Action("order_status", "Tells how far an order is.") { shop, arguments in
///             .success(try shop.status(of: arguments.integer("number")))
///         }
///         EventHandler("audit", topics: ["order.*"]) { shop, event in
///             shop.note(event)
///             return .goOn
///         }
///     }
/// }
/// ```
///
/// The host asks once for them, after `initialise`: what they are may depend on the settings. All of them are registered
/// together when the plugin begins to serve, replaced together when it is reloaded, and gone together with it. Each is served
/// like a method: one at a time, beside nothing else, unless the class is a ``ConcurrentPlugin``.
public protocol ComponentPlugin: Plugin {
    /// What the plugin contributes.
    @ComponentsBuilder<Self>
    var components: Components<Self> { get }
}

extension ComponentPlugin {
    /// Those that the plugin has written down.
    public static var componentSupport: ComponentSupport<Self> { .declared }
}
