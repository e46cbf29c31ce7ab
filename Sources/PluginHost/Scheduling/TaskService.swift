/// Lets plugins schedule work while they run: the service `ph.tasks/1`.
struct TaskService: HostService {
    let name = "ph.tasks/1"
    let permission: Permission? = .schedule
    let tasks: PluginTasks

    /// A plugin that registers tasks in a loop must not fill the memory.
    private static let most = 10_000

    let count: @Sendable (String) -> Int

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        // What is only being tried has no tasks yet, and leaves those of what serves alone.
        if request.generation == 0 { return [] }
        switch request.method {
        case "register":
            let value: JSONValue = try JSONCoding.decode(from: request.input)
            let task = try TaskDeclaration(reading: value, at: "the task")
            guard count(request.plugin) < Self.most else {
                throw PluginError(
                    code: .busy,
                    message: "\(request.plugin) has \(Self.most) tasks already; it has to unregister one first"
                )
            }
            try tasks.register(task, of: request.plugin, generation: request.generation)
        case "unregister": try tasks.unregister(try taskName(request), of: request.plugin)
        case "start": try tasks.start(try taskName(request), of: request.plugin)
        case "stop": try tasks.stop(try taskName(request), of: request.plugin)
        default:
            let known = "register, unregister, start and stop"
            let asked = CronExpression.Fault.quoted(request.method)
            throw PluginError(code: .methodNotFound, message: "\(name) has no method \(asked); it has \(known)")
        }
        return []
    }

    private func taskName(_ request: ServiceRequest) throws(PluginError) -> String {
        guard let text = String(validating: request.input, as: UTF8.self), !text.isEmpty else {
            throw PluginError(code: .badPayload, message: "\(name): the input has to be the name of a task")
        }
        return text
    }
}
