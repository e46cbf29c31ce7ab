internal import LinuxSystem

/// Makes an image out of bytes: checked, compared with what is known, and loaded.
struct ImagePreparation: Sendable {
    /// A build that serves, and the file that it came from.
    struct LiveBuild: Sendable {
        var plugin: String
        var path: String
    }

    enum Finding: Sendable {
        /// Somebody is writing to the file.
        case unfinished
        /// The content serves already (HR-11).
        case unchanged
        /// The content was set aside (HR-5).
        case quarantined
        /// The content serves already, as this plugin, whose file is gone or is another's by now: it was renamed (HR-9).
        case renamed(plugin: String, path: String)
        /// The content is loaded.
        case ready(any PluginImage)
    }

    /// What the content is compared with.
    var live: BuildName?
    var quarantined: String?
    var others: [BuildName: LiveBuild]
    /// Loads what was checked.
    var placement: ImagePlacement

    /// Prepares what stands in a file; tells the build as soon as it is known.
    func prepare(_ read: ReadImage, path: String, learn: (BuildName) -> Void) throws(PluginError) -> Finding {
        let image: InspectedImage
        do throws(PluginError) {
            image = try read.image.get()
        } catch {
            // What is refused is set aside by its content too.
            let build = BuildName(of: read.file.bytes)
            if isSetAside(build) { return .quarantined }
            learn(build)
            throw error
        }
        if image.build == live { return .unchanged }
        if isSetAside(image.build) { return .quarantined }
        if let other = others[image.build], other.path != path {
            guard !hasLeft(other) else { return .renamed(plugin: other.plugin, path: path) }
            throw PluginError(
                code: .conflict,
                message:
                    "\(path): it is the same file as \(other.path), which provides \(other.plugin) already; remove one of them"
            )
        }
        learn(image.build)
        let loaded = try placement.load(image)
        try read.file.check(loaded.descriptor.id, path: path)
        return .ready(loaded)
    }

    /// Whether the file that a plugin came from is gone, or has become what serves as another plugin: their files were exchanged.
    private func hasLeft(_ other: LiveBuild) -> Bool {
        guard ((try? FileStatus.of(other.path)) ?? nil) != nil else { return true }
        guard let present = (try? ImageFile.read(other.path)).map(BuildName.init) else { return false }
        return others[present].map { $0.plugin != other.plugin } ?? false
    }

    private func isSetAside(_ build: BuildName) -> Bool {
        quarantined.map { build.description == $0 } ?? false
    }
}
