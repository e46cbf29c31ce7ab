internal import LinuxSystem
internal import PluginLoading

/// Tries a build in a disposable runner before it is loaded into the host's process.
///
/// Whatever crashes, hangs, exits or refuses there has never touched the host. What has served before is not tried again.
struct BuildTrial: Sendable {
    /// The builds that have served.
    var proven: Set<String>
    /// The settings by the id that a plugin turns out to have.
    var settings: @Sendable (String) -> [UInt8]
    /// The state that the build would have to take over, with the version that saved it; asked for when it is needed.
    var state: @Sendable () throws(PluginError) -> (state: SavedState, version: String)?
    /// What the plugin says while it is tried.
    var services: @Sendable (PluginDescriptor, Standing) -> HostServices

    func isNeeded(for build: BuildName) -> Bool {
        !proven.contains(build.description)
    }

    /// Makes an instance, initialises it and asks it about the state, without starting it.
    ///
    /// One that is refused something for being on trial, and fails, may be good: it is judged where it is loaded.
    func run(_ image: any PluginImage) throws(PluginError) {
        let (id, standing) = (image.descriptor.id, Standing.none)
        do throws(PluginError) {
            let instance = try image.makeInstance(generation: 0, services: services(image.descriptor, standing))
            defer { GenerationEnd.end(instance, isRunning: false) { _ in } }
            try instance.perform(.load)
            try instance.initialise(settings(id))
            _ = try ComponentDeclaration(of: instance, plugin: id, source: image.source)
            guard instance.hasState, let saved = try state() else { return }
            try StateCompatibility.check(schema: saved.state.schema, savedBy: saved.version, for: image.descriptor)
            try instance.checkState(saved.state)
        } catch {
            if standing.isDenied, error.status != nil { return }
            throw PluginError(
                code: error.code,
                message: "tried in a runner before it was loaded: \(error.message)",
                status: error.status
            )
        }
    }
}
