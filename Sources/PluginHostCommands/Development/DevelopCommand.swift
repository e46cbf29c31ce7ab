internal import LinuxSystem
internal import PluginHost

/// Builds plugin packages, runs a host on their products, and does both again on every save.
struct DevelopCommand {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        let plan = try DevelopPlan(context)
        CrashRecord.note(stateDirectory: plan.options.configuration.stateDirectory)
        let jobs = BuildJobs()
        let untilTerminated = context.program.untilTerminated
        let termination = Task {
            await untilTerminated()
            jobs.stop()
        }
        // Whatever way this ends, no compiler stays behind.
        defer { jobs.stop(byForce: true) }

        let directory = context.program.currentDirectory
        let names = plan.directories.map { DevelopTips.relative($0, to: directory) }
        tell("building \(names.joined(separator: ", ")) (\(plan.configuration)); the first time takes a while")
        let prepared = await Blocking.run("dev-build") { [self] () -> Result<DevelopLoop?, CommandFailure> in
            do throws(CommandFailure) {
                return .success(try prepare(plan, jobs))
            } catch {
                return .failure(error)
            }
        }
        guard let loop = try prepared.get() else { return }

        let host = try RunCommand.makeHost(context, plan.options)
        let narrator = DevelopNarrator(
            say: { [self] line in tell(line) },
            look: { plugin in
                guard let status = await host.status().plugins.first(where: { $0.id == plugin }) else { return nil }
                let bytes = Int(((try? FileStatus.of(status.path)) ?? nil)?.size ?? 0)
                return DevelopFacts(status, try? await host.components(of: plugin).first, bytes: bytes)
            }
        )
        let console = DevelopConsole(host: host) { [self] line in tell(line) }
        let session = try HostSession(
            host: host,
            socket: plan.options.socket,
            heard: { console.note(DevelopConsole.Call(plugin: $0, method: $1, input: $2)) },
            events: { event in
                if let plugin = event.plugin, event.event == .reloadStarted { console.touch(plugin) }
                await narrator.hear(event)
            }
        )
        let tips = tips(plan, loop.packages)
        let keys = KeyInput()
        defer { keys?.close() }
        try await session.run(
            untilTerminated: { await termination.value },
            whenReady: { [self] in
                tell(tips.text(for: await host.status().plugins))
                narrator.begin()
                loop.start()
                guard let keys else { return }
                tell(DevelopKey.help(about: nil))
                DetachedThread.start(name: "dev-keys") { console.read(keys) }
            },
            whenStopping: { [self] in
                CrashRecord.setOrderly()
                keys?.close()
                narrator.end()
                tell("stopping; a second signal ends it at once")
                loop.stop()
            }
        )
    }

    /// Describes the packages and builds them once; `nil` if the program is to end.
    private func prepare(_ plan: DevelopPlan, _ jobs: BuildJobs) throws(CommandFailure) -> DevelopLoop? {
        var packages: [DevelopedPackage] = []
        for (index, directory) in plan.directories.enumerated() {
            let builder = PackageBuilder(
                index: index,
                directory: directory,
                configuration: plan.configuration,
                swift: plan.swift,
                environment: context.program.variables,
                jobs: jobs,
                say: { [streams = context.streams] in streams.say($0) }
            )
            guard let package = try DevelopedPackage(builder: builder, scope: plan.scope) else { return nil }
            packages.append(package)
        }
        try plan.installer.prepare(keeping: packages.flatMap(\.productFiles))
        let loop = try DevelopLoop(
            packages: packages,
            installer: plan.installer,
            jobs: jobs,
            tell: { [self] line in tell(line) }
        )
        for index in packages.indices where !jobs.isStopped { loop.build(index, isFirst: true) }
        return jobs.isStopped ? nil : loop
    }

    private func tips(_ plan: DevelopPlan, _ packages: [DevelopedPackage]) -> DevelopTips {
        let directory = context.program.currentDirectory
        let isDefault = plan.options.socket == (try? CommandContext.withoutOptions(context).socketPath())
        let package = packages.first
        let product = package?.products.first { $0.name == "Counter" } ?? package?.products.first
        let source = product.flatMap { package?.firstSource(of: $0) }
        let executable = context.program.executable.map { path in
            DevelopTips.shortened(path, exists: { (try? FileStatus.of($0)).flatMap { $0 } != nil })
        }
        return DevelopTips(
            program: executable.map { DevelopTips.relative($0, to: directory) } ?? "plugin-host",
            options: isDefault ? "" : " --socket \(plan.options.socket)",
            source: source.map { DevelopTips.relative($0, to: directory) }
        )
    }

    /// Tells the developer something; a reader that has gone does not stop the host.
    private func tell(_ line: String) {
        try? context.streams.print(line)
    }
}

extension CommandContext {
    /// The same program, called without options.
    fileprivate static func withoutOptions(_ context: CommandContext) -> CommandContext {
        CommandContext(arguments: ParsedArguments(command: context.arguments.command), program: context.program)
    }
}
