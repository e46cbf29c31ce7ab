public import CPluginABI

/// What the one function that a plugin exports returns.
public typealias PluginFactory = UnsafePointer<ph_factory_v1_t>

/// Makes the factory of a plugin, for the one function that it exports.
///
/// ```swift
/// @c(ph_plugin_factory) public func factory() -> PluginFactory { makeFactory(of: Counter.self) }
/// ```
///
/// The factory belongs to the image and is made once, however often it is asked for.
@safe
public func makeFactory<Instance: Plugin>(of type: Instance.Type) -> PluginFactory {
    let key = ObjectIdentifier(type)
    if let known = unsafe FactoryRegistry.shared.factory(for: key) { return unsafe known }

    var table = MethodTable<Instance>()
    Instance.register(in: &table)
    let methods = MethodIndex(table.methods)
    let isConcurrent = Instance.callSupport.isConcurrent
    let state = Instance.stateSupport.operations
    let descriptor = unsafe DescriptorStorage.make(
        Instance.metadata,
        isConcurrent: isConcurrent,
        schemas: (state?.minimum ?? 0)...(state?.maximum ?? 0)
    )
    return unsafe FactoryRegistry.shared.register(key, descriptor) { context in
        let gate = isConcurrent ? nil : CallGate()
        let instance = PluginInstance(try Instance(context: context), gate: gate)
        return InstanceBox(instance, context: context, methods: methods, gate: gate)
    }
}
