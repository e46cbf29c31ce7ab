internal import CPluginABI
internal import LinuxSystem
internal import struct FoundationEssentials.UUID
internal import PluginLoading

/// What everything in a host shares; one object, so that a job takes it along at the price of a pointer.
final class HostEnvironment: Sendable {
    let configuration: HostConfiguration
    /// The host's id: the same for as long as it runs (PL-6).
    let id = UUID().uuidString
    let started = MonotonicInstant.now
    let events: EventBus
    let log: @Sendable (LogRecord) -> Void
    /// Runs plugins' lifecycle functions.
    let workers: WorkerPool
    /// Where plugins are waited for that serve: who waits here keeps no step of a plugin's life waiting.
    let examiners = WorkerPool(name: "health", limit: 16)
    /// Writes to the disk, one thing after the other.
    let storage: WorkerPool
    let directory: StateDirectory
    let images: ImageStore
    let trust: FileTrust
    /// Where isolated plugins run, and new builds are tried; `nil` without the program for it.
    let runners: RunnerPool?
    /// What plugins may ask of the host.
    let services: ServiceDirectory
    /// What plugins contribute.
    let components: ComponentCatalogue
    /// The places of all plugins, for those who call them by name.
    let places: PluginPlaces
    /// The values that plugins share.
    let sharedState: SharedState
    /// The settings of all plugins.
    let settings: SettingsTable
    /// How the host before this one ended, if it crashed.
    let crash: HostCrash?

    init(
        configuration: HostConfiguration,
        events: EventBus,
        log: @escaping @Sendable (LogRecord) -> Void,
        workers: WorkerPool,
        storage: WorkerPool,
        directory: StateDirectory,
        images: ImageStore,
        trust: FileTrust,
        runners: RunnerPool?,
        services: ServiceDirectory,
        components: ComponentCatalogue,
        places: PluginPlaces,
        sharedState: SharedState,
        settings: SettingsTable,
        crash: HostCrash?
    ) {
        self.configuration = configuration
        self.events = events
        self.log = log
        self.workers = workers
        self.storage = storage
        self.directory = directory
        self.images = images
        self.trust = trust
        self.runners = runners
        self.services = services
        self.components = components
        self.places = places
        self.sharedState = sharedState
        self.settings = settings
        self.crash = crash
    }

    func warn(_ plugin: String, _ message: String) {
        log(LogRecord(.warning, plugin, message))
    }

    /// Opens what is kept of a plugin, which blocks.
    func openHistory(of id: String, limit: Int) -> Result<PluginHistory, PluginError> {
        Result { () throws(PluginError) in
            try PluginHistory(try directory.plugin(id), limit: limit) { warn(id, $0) }
        }
    }

    /// The settings of a plugin as the bytes that it is given.
    func settings(of plugin: String) -> [UInt8] {
        settings.text(of: plugin)
    }

    /// Unregisters all that a plugin contributes, and says how much that was (RS-4).
    func withdrawComponents(of plugin: String) {
        let count = components.withdraw(plugin)
        guard count > 0 else { return }
        log(LogRecord(.debug, plugin, "\(count) \(count == 1 ? "component is" : "components are") registered no more"))
    }

    func isEnabled(_ plugin: String) -> Bool {
        configuration.plugins[plugin]?.isEnabled ?? true
    }

    func startsAutomatically(_ plugin: String) -> Bool {
        configuration.plugins[plugin]?.startsAutomatically ?? true
    }

    /// What a plugin asks for, judged by the policy.
    func permissions(of descriptor: PluginDescriptor) -> PluginPermissions {
        PluginPermissions(
            plugin: descriptor.id,
            asked: descriptor.permissions,
            policy: configuration.permissions
        )
    }

    /// The services for one instance of a plugin, each checked against its permissions (RS-13).
    func services(for descriptor: PluginDescriptor, generation: UInt64, as standing: Standing) -> HostServices {
        let (events, log, plugin, services) = (events, log, descriptor.id, services)
        let gate = PermissionGate(plugin: plugin, permissions: permissions(of: descriptor)) { message in
            log(LogRecord(.warning, "host", message))
        }
        return HostServices(
            hostID: id,
            outlets: HostServices.Outlets(
                log: { level, message in
                    guard gate.allows(.log) else { return }
                    let level = LogRecord.Level(rawValue: level) ?? .info
                    log(LogRecord(level, plugin, message, plugin: plugin, generation: generation))
                },
                emit: { type, data in
                    guard gate.allows(.emitEvents) else { return PH_UNAUTHORISED }
                    // That of a build on trial is only judged.
                    guard generation > 0 else { return PH_OK }
                    do throws(PluginError) {
                        try standing.say(bytes: type.utf8.count + data.count) {
                            var event = PluginEvent(.custom, plugin: plugin, generation: generation)
                            event.type = type
                            event.data = data
                            events.send(event)
                        }
                        return PH_OK
                    } catch {
                        return error.abiStatus
                    }
                },
                configuration: { [settings] in settings.text(of: plugin) },
                offers: { services.offers($0, by: gate) },
                offered: { services.offered(by: gate) },
                request: { services.serve($0, of: plugin, generation, by: gate, as: standing) },
                permits: { name in (try? Permission(name)).map(gate.wouldAllow) ?? false }
            )
        )
    }
}
