internal import PluginHost

extension ClientVerb {
    private static let taskActions = ["list", "run", "start", "stop"]

    /// Lists the scheduled tasks, or runs, starts or stops one.
    static let tasks = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        let action = operands.first ?? "list"
        guard taskActions.contains(action) else {
            let hint = UsageError.suggestion(for: action, among: taskActions)
            throw .usage("tasks knows \(taskActions.joined(separator: ", ")), not \(action)\(hint)")
        }
        guard action != "list" else {
            guard operands.count < 2 else { throw .usage("tasks list has no use for \(operands[1])") }
            return { client in
                let answer = try client.request("tasks.list")
                try context.printResult(answer) { (tasks: [TaskStatus]) in
                    TaskText.of(tasks, width: context.streams.width)
                }
            }
        }
        guard operands.count == 2 else { throw .usage("tasks \(action) needs NAME\nTry plugin-host tasks --help") }
        return { client in
            let answer = try client.request("tasks.\(action)", ["task": .string(operands[1])])
            try context.printResult(answer) { (task: TaskStatus) in TaskText.line(task) }
            if action == "run", try answer.result(TaskStatus.self).lastError != nil {
                throw CommandFailure.failedAsPrinted
            }
        }
    }

    /// How the parts of the host are; the exit status says so too.
    static let heartbeat = ClientVerb { context in
        { client in
            let answer = try client.request("heartbeat")
            try context.printResult(answer) { (status: HeartbeatStatus) in HeartbeatText.of(status) }
            if try answer.result(HeartbeatStatus.self).state != .healthy { throw CommandFailure.failedAsPrinted }
        }
    }
}
