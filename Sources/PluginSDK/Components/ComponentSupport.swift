/// What a plugin contributes beside its methods.
public struct ComponentSupport<Instance: AnyObject>: Sendable {
    let components: (@Sendable (Instance) -> Components<Instance>)?

    /// No components.
    public static var none: ComponentSupport { ComponentSupport(components: nil) }
}

extension ComponentSupport where Instance: ComponentPlugin {
    /// Those that the plugin has written down.
    static var declared: ComponentSupport { ComponentSupport { $0.components } }
}
