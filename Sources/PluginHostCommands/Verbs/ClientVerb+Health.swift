internal import LinuxSystem
internal import PluginHost

extension ClientVerb {
    private static let probes = ["startup", "ready", "live"]

    /// How plugins are, or whether the host answers at all.
    static let health = ClientVerb { (context) throws(CommandFailure) in
        let ids = context.arguments.operands
        let probe = context.arguments.value("--probe")
        if let probe, !probes.contains(probe) {
            let hint = UsageError.suggestion(for: probe, among: probes)
            throw .usage("--probe knows \(probes.joined(separator: ", ")), not \(probe)\(hint)")
        }
        guard probe == nil || probe == "ready" || ids.isEmpty else {
            throw .usage("--probe \(probe ?? "") is about the host, and takes no plugin")
        }
        var limit: Duration? = probe == nil ? nil : .seconds(5)
        if let text = context.arguments.value("--timeout") {
            guard let given = DurationText.parse(text), given > .zero else {
                throw .usage("--timeout needs a time such as 500ms or 30s, not \(text)")
            }
            limit = given
        }
        let patience = limit
        return { client in
            client.deadline = patience.map { .now.advanced(by: $0) }
            // It is answered by way of the loop that decides everything, and only once the host has started.
            if probe == "startup" || probe == "live" { return try context.printLife(try client.request("status")) }
            let answer = try client.request(
                "health",
                ids.isEmpty ? [:] : ["plugins": .array(ids.map(JSONValue.string))]
            )
            try context.printResult(answer) { (health: [String: HealthReport]) in LifecycleText.health(health) }
            let health: [String: HealthReport] = try answer.result()
            if health.values.contains(where: { $0.level == "unhealthy" }) { throw CommandFailure.failedAsPrinted }
        }
    }
}

extension CommandContext {
    /// Prints that a host has answered.
    fileprivate func printLife(_ answer: ControlClient.Response) throws {
        let status: HostStatus = try answer.result()
        guard arguments.has("--json") else {
            return try streams.print("the host answers: \(ServiceReporter.text(of: status))")
        }
        try printJSON(.object(["answers": .bool(true), "pid": .integer(Int64(status.host.pid))]))
    }
}
