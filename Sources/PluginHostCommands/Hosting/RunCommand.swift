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
        let follower = try Self.follow(context, host, log)
        defer { follower?.stop() }
        let session = try HostSession(host: host, socket: socket, events: { host.writeLog(EventText.record(of: $0)) })
        try await session.run(
            untilTerminated: context.program.untilTerminated,
            whenReady: { log.say("ready: the control socket is \(socket)") },
            whenStopping: {
                CrashRecord.setOrderly()
                log.say("stopping; a second signal ends the host at once")
            }
        )
        log.say("stopped")
    }

    /// Follows the configuration file, and has plugins take the settings that change in it.
    private static func follow(
        _ context: CommandContext,
        _ host: any ManagedHost,
        _ log: LogWriter
    ) throws(CommandFailure) -> ConfigurationWatcher? {
        guard let named = context.arguments.value("--config") else { return nil }
        let path = named.hasPrefix("/") ? named : "\(context.program.currentDirectory)/\(named)"
        do throws(SystemCallError) {
            return try ConfigurationWatcher(path) { bytes in
                var changed = HostConfiguration(pluginDirectories: [], stateDirectory: "")
                do throws(PluginError) {
                    try ConfigurationFile.apply(bytes, path: path, to: &changed)
                } catch {
                    return log.say("the changed configuration is not taken: \(error.message)", level: .error)
                }
                let plugins = changed.plugins
                for result in Blocking.wait({ await host.reconfigure(plugins) }) where result.error == nil {
                    log.say("\(result.plugin): its settings have changed (\(result.way.rawValue))")
                }
            }
        } catch {
            throw .failed("\(path) can't be watched: \(error)")
        }
    }

    /// Makes the host that the options describe.
    static func makeHost(_ context: CommandContext, _ options: HostOptions) throws(CommandFailure) -> any ManagedHost {
        let log = options.log
        do {
            return try context.program.makeHost(options.configuration) { log.write($0) }
        } catch let error as PluginError {
            throw .failed(error.message)
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
