internal import Glibc
internal import LinuxSystem

extension RunnerPool {
    /// Makes the pool of a host; `nil` if the program for runners is not there and nothing demands it.
    static func make(
        _ configuration: HostConfiguration,
        images: ImageStore,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws(PluginError) -> RunnerPool? {
        let demandsRunners =
            configuration.isolation != .inProcess
            || configuration.plugins.values.contains { $0.isolation.map { $0 != .inProcess } ?? false }
        guard demandsRunners || configuration.probesBuilds || configuration.runner != nil else { return nil }
        let executable = configuration.runner ?? besideHost
        guard let executable, unsafe access(executable, X_OK) == 0 else {
            let message = "the program plugin-runner is not at \(executable ?? "any place that is known")"
            guard !demandsRunners, configuration.runner == nil else {
                throw PluginError(
                    code: .badConfiguration,
                    message:
                        "\(message); install it beside the host's program, or name it in the configuration as runner"
                )
            }
            log(LogRecord(.warning, "host", "\(message), so new builds are not tried before they are loaded"))
            return nil
        }
        let settings = RunnerSettings(
            executable: executable,
            startTimeout: configuration.runnerStartTimeout,
            lifecycleTimeout: configuration.lifecycleTimeout,
            callTimeout: configuration.callTimeout,
            warm: configuration.warmRunners,
            print: { label, line in log(LogRecord(.info, label, line)) }
        )
        return try RunnerPool(settings, images: images)
    }

    /// Where the program is installed if nobody has said otherwise.
    private static var besideHost: String? {
        guard let own = ProcessFacts.executable, let slash = own.lastIndex(of: "/") else { return nil }
        return "\(own[..<slash])/plugin-runner"
    }
}
