/// Lets plugins schedule work while they run: the service `ph.tasks/1`.
struct TaskService: HostService {
    let name = "ph.tasks/1"
    let permission: Permission? = .schedule
    let tasks: PluginTasks

    /// A plugin that registers tasks in a loop must not fill the memory.
    private static let most = 10_000

    let count: @Sendable (String) -> Int

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
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
            try tasks.check(task, of: request.plugin)
            try request.perform {
                [tasks, plugin = request.plugin, generation = request.generation] () throws(PluginError) in
                try tasks.register(task, of: plugin, generation: generation)
            }
        case "unregister": try change(request, tasks.unregister)
        case "start": try change(request, tasks.start)
        case "stop": try change(request, tasks.stop)
        default:
            let known = "register, unregister, start and stop"
            let asked = CronExpression.Fault.quoted(request.method)
            throw PluginError(code: .methodNotFound, message: "\(name) has no method \(asked); it has \(known)")
        }
        return []
    }

    private func change(
        _ request: ServiceRequest,
        _ body: @escaping @Sendable (_ name: String, _ plugin: String) throws(PluginError) -> Void
    ) throws(PluginError) {
        let (name, plugin) = (try taskName(request), request.plugin)
        try request.perform { () throws(PluginError) in try body(name, plugin) }
    }

    private func taskName(_ request: ServiceRequest) throws(PluginError) -> String {
        guard let text = String(validating: request.input, as: UTF8.self), !text.isEmpty else {
            throw PluginError(code: .badPayload, message: "\(name): the input has to be the name of a task")
        }
        return text
    }
}
