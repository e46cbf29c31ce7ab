internal import Glibc
internal import LinuxSystem
internal import RunnerSandbox

extension RunnerPool {
    /// Makes the pool of a host; `nil` if nobody knows where the program for runners could be.
    static func make(
        _ configuration: HostConfiguration,
        images: ImageStore,
        directory: StateDirectory,
        calls: HostCalls,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws(PluginError) -> RunnerPool? {
        let demandsRunners = configuration.isolates
        let executable = configuration.runner?.absolutePath ?? besideHost
        guard let executable else { return nil }
        guard !demandsRunners && configuration.runner == nil || isInstalled(executable) else {
            throw PluginError(
                code: .badConfiguration,
                message:
                    "the program plugin-runner is not at \(executable); install it beside the host's program, name it in the "
                    + "configuration as runner, or build it: swift build --product plugin-runner"
            )
        }
        if demandsRunners { try checkSandbox(configuration, log) }
        let groups = try RunnerGroups(configuration, calls: calls, level: demandsRunners ? .info : .debug, log: log)
        let settings = RunnerSettings(
            executable: executable,
            startTimeout: configuration.runnerStartTimeout,
            lifecycleTimeout: configuration.lifecycleTimeout,
            callTimeout: configuration.callTimeout,
            warm: demandsRunners || configuration.probesBuilds ? configuration.warmRunners : 0,
            sandbox: { plugin, asked in
                let readable = [images.directory, executable]
                var sandboxing = sandboxing(
                    of: plugin,
                    asking: asked,
                    configuration,
                    readable: readable,
                    directory: directory,
                    log: log
                )
                if let groups { sandboxing.limits = groups.takeLimits(from: &sandboxing.rules) }
                return sandboxing
            },
            groups: groups,
            report: { report in
                do throws(PluginError) {
                    try directory.save(report)
                } catch {
                    log(LogRecord(.error, report.plugin, error.message))
                }
            },
            warn: { log(LogRecord(.warning, "host", $0)) },
            print: { label, line in log(LogRecord(.info, label, line)) }
        )
        return RunnerPool(settings, images: images)
    }

    /// The sandbox of a plugin: the system's libraries, the images and the runner for the backtracer, a directory of its own.
    private static func sandboxing(
        of plugin: String?,
        asking asked: [String],
        _ configuration: HostConfiguration,
        readable: [String],
        directory: StateDirectory,
        log: (LogRecord) -> Void
    ) -> RunnerSandboxing {
        var own: String?
        if let plugin {
            let path = "\(directory.path)/plugins/\(plugin)/data"
            do throws(SystemCallError) {
                try Directory.makeLasting(path)
                own = path
            } catch {
                log(LogRecord(.warning, plugin, "it has no directory of its own: \(path): \(error)"))
            }
        }
        let rules = configuration.sandboxRules(for: plugin, asking: asked, data: own, images: readable)
        return RunnerSandboxing(rules: rules, directory: own)
    }

    /// Says what the sandboxes of this machine lack, or refuses to go on without it.
    private static func checkSandbox(
        _ configuration: HostConfiguration,
        _ log: (LogRecord) -> Void
    ) throws(PluginError) {
        let support = SandboxSupport.probe()
        let missing = support.missing.compactMap { layer in
            support.reason(missing: layer).map { "\(layer.name) (\($0))" }
        }
        guard !missing.isEmpty else { return }
        let fact = "the sandbox of isolated plugins lacks \(missing.joined(separator: ", "))"
        guard configuration.sandbox == .required else { return log(LogRecord(.warning, "host", fact)) }
        throw PluginError(
            code: .badConfiguration,
            message: "\(fact), and the configuration requires it; use another kernel, or set sandbox to best-effort"
        )
    }

    /// Whether the program is there.
    static func isInstalled(_ executable: String) -> Bool {
        unsafe access(executable, X_OK) == 0
    }

    /// Where the program is installed if nobody has said otherwise.
    static var besideHost: String? {
        guard let own = ProcessFacts.executable, let slash = own.lastIndex(of: "/") else { return nil }
        return "\(own[..<slash])/plugin-runner"
    }
}
