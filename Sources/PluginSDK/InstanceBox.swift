/// What the `context` of an instance's function table points to.
final class InstanceBox {
    let operations: any InstanceOperations
    let context: PluginContext

    init(_ operations: any InstanceOperations, context: PluginContext) {
        self.operations = operations
        self.context = context
    }
}
