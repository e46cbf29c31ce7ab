/// Puts components together that are written one below the other.
@resultBuilder
public enum ComponentsBuilder<Instance: AnyObject> {
    /// Takes an action.
    public static func buildExpression(_ action: Action<Instance>) -> Components<Instance> { Components([action.part]) }
    /// Takes an event handler.
    public static func buildExpression(_ handler: EventHandler<Instance>) -> Components<Instance> {
        Components([handler.part])
    }
    /// Takes a hook.
    public static func buildExpression(_ hook: Hook<Instance>) -> Components<Instance> { Components([hook.part]) }
    /// Takes a gateway.
    public static func buildExpression(_ gateway: Gateway<Instance>) -> Components<Instance> {
        Components(gateway.parts)
    }
    /// Takes a task.
    public static func buildExpression(_ task: ScheduledTask<Instance>) -> Components<Instance> {
        Components([task.part])
    }
    /// Takes components that were put together elsewhere.
    public static func buildExpression(_ components: Components<Instance>) -> Components<Instance> { components }

    /// Puts all of them together.
    public static func buildBlock(_ components: Components<Instance>...) -> Components<Instance> {
        Components(components.flatMap(\.parts))
    }
    /// Takes those of an `if`.
    public static func buildOptional(_ components: Components<Instance>?) -> Components<Instance> {
        components ?? Components()
    }
    /// Takes those of the first branch.
    public static func buildEither(first components: Components<Instance>) -> Components<Instance> { components }
    /// Takes those of the other branch.
    public static func buildEither(second components: Components<Instance>) -> Components<Instance> { components }
    /// Takes those of a loop.
    public static func buildArray(_ components: [Components<Instance>]) -> Components<Instance> {
        Components(components.flatMap(\.parts))
    }
}
