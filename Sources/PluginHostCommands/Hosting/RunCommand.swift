internal import Glibc
internal import LinuxSystem
internal import PluginHost

/// Runs a host in the foreground.
struct RunCommand {
    let context: CommandContext

    func run() async throws(CommandFailure) {
        var options = try HostOptions(context, defaultIsolation: .process, readFile: Self.readFile)
        Self.dropUnusableRuntimeDirectory(context.paths, &options)
        let log = options.log
        CrashRecord.note(stateDirectory: options.configuration.stateDirectory)
        let host = try Self.makeHost(context, options)
        let socket = options.socket
        let service = context.program.service.map { ServiceReporter($0, host) }
        let reloader = configurationPath.map { ConfigurationReloader($0, host, log) }
        let follower = try reloader.map { (reloader) throws(CommandFailure) in try Self.follow(reloader) }
        defer { follower?.stop() }
        let session = try HostSession(
            host: host,
            socket: socket,
            events: { event in
                // An error of the host's own is in its log already (CH-4).
                if event.event != .error { host.writeLog(EventText.record(of: event)) }
                service?.note(event)
            }
        )
        let hangups = Hangups(reloader: reloader, service: service, log: log, terminate: context.program.terminate)
        context.program.onHangup { hangups.take() }
        try await session.run(
            untilTerminated: context.program.untilTerminated,
            whenReady: {
                log.say("ready: the control socket is \(socket)")
                await service?.begin()
                await hangups.begin()
            },
            whenStopping: {
                CrashRecord.setOrderly()
                service?.end()
                log.say("stopping; a second signal ends the host at once")
            }
        )
        log.say("stopped")
    }

    /// The configuration file that was named, wherever the program goes from here.
    private var configurationPath: String? {
        context.arguments.value("--config").map {
            $0.hasPrefix("/") ? $0 : "\(context.program.currentDirectory)/\($0)"
        }
    }

    /// Follows the configuration file, and has plugins take the settings that change in it.
    private static func follow(_ reloader: ConfigurationReloader) throws(CommandFailure) -> ConfigurationWatcher {
        do throws(SystemCallError) {
            return try ConfigurationWatcher(reloader.path) { reloader.take($0) }
        } catch {
            throw .failed("\(reloader.path) can't be watched: \(error)")
        }
    }

    /// Makes the host that the options describe.
    static func makeHost(_ context: CommandContext, _ options: HostOptions) throws(CommandFailure) -> any ManagedHost {
        let log = options.log
        do {
            return try context.program.makeHost(options.configuration) { log.write($0) }
        } catch let error as PluginError {
            throw .failed(error)
        } catch {
            throw .failed("\(error)")
        }
    }

    /// A variable may name a directory that nobody has made, one from which no code may be loaded, as `/run` is on some
    /// systems, or one that others could put code into, such as that of the user from whom this one was switched to; images
    /// then lie with the state.
    static func dropUnusableRuntimeDirectory(_ paths: DefaultPaths, _ options: inout HostOptions) {
        guard let runtime = paths.runtimeDirectory else { return }
        if let status = (try? FileStatus.of(runtime)) ?? nil, status.kind == .directory,
            status.owner == UserDatabase.currentUser, status.permissions & 0o022 == 0,
            (try? FileSystemKind.allowsCode(directory: runtime)) == true
        {
            return
        }
        let configuration = options.configuration
        if configuration.imageDirectory == paths.imageDirectory(stateDirectory: configuration.stateDirectory) {
            options.configuration.imageDirectory = nil
        }
    }

    /// Reads a file that the user has named.
    static func readFile(_ path: String) throws(CommandFailure) -> [UInt8] {
        do throws(SystemCallError) {
            return try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(limit: 16 << 20)
        } catch {
            throw .failed("\(path) can't be read: \(error.reason)")
        }
    }
}
