internal import LinuxSystem
internal import PluginLoading

/// Loads an image that was checked where its plugin is to run, and tries it elsewhere first if it is to run here (RS-1).
struct ImagePlacement: Sendable {
    /// Which plugin the file is thought to be; only its code can tell, and before it has run nobody knows.
    var expected: String?
    /// Where plugins run, by their ids.
    var isolation: @Sendable (String) -> Isolation
    /// Where a plugin of unknown id may turn out to run.
    var unknown: Isolation
    /// Whether there are plugins that run elsewhere than the unknown ones.
    var hasExceptions: Bool
    /// `nil` if this host has no runners.
    var runners: (any RunnerPlaces)?
    /// Where the private copies go.
    var images: ImageStore
    /// Tries new builds before they are loaded here; `nil` if that is switched off.
    var trial: BuildTrial?
    var warn: @Sendable (String) -> Void

    /// Takes note that a new build will be loaded in a moment, most likely.
    func expect(_ path: String) {
        let likely = expected.map(isolation) ?? unknown
        switch likely {
        case .process: if let expected { runners?.promise(.plugin(expected)) }
        case .inProcess: if trial != nil { runners?.promise(.trial(path.lastName)) }
        case .group: break
        }
    }

    /// Loads the image.
    func load(_ image: InspectedImage) throws(PluginError) -> any PluginImage {
        let likely = expected.map(isolation) ?? unknown
        let isKnown = expected != nil || !hasExceptions
        // A runner of its own is trial enough, and whether one is needed takes the name of the build.
        let trial = likely == .process ? nil : trial(of: image)
        let isPlain = likely == .inProcess && trial == nil && isKnown
        guard !isPlain else { return try loadHere(image) }
        guard let runners else {
            guard likely == .inProcess else { throw Self.noRunners(image.path, likely) }
            return try loadHere(image)
        }
        guard likely == .inProcess else {
            // What was tried goes where it most likely belongs; what may belong elsewhere runs in no group before it is known.
            let place = trial == nil && isKnown ? likely : .process
            let loaded = try runners.load(image, expecting: expected, in: place)
            if isolation(loaded.descriptor.id) == place { return loaded }
            return try moveOn(from: loaded, image, runners)
        }
        return try moveOn(from: try runners.loadForTrial(image, expecting: expected), image, runners)
    }

    /// The trial that a build has yet to pass.
    private func trial(of image: InspectedImage) -> BuildTrial? {
        trial.flatMap { $0.isNeeded(for: image.build) ? $0 : nil }
    }

    /// Loads an image once more of which there is a copy; what runs apart before and after is not looked at again.
    func load(copyOf image: any PluginImage, from path: String) throws(PluginError) -> any PluginImage {
        if let expected, let runners, isolation(expected) == .process, image.isolation == .process {
            return try runners.load(copyOf: image, from: path, expecting: expected)
        }
        return try load(try ImageInspector.inspect(images.bytes(ofCopy: image.path), path: path))
    }

    /// Tries an image where it is, and loads it where it belongs.
    private func moveOn(
        from first: any PluginImage,
        _ image: InspectedImage,
        _ runners: any RunnerPlaces
    ) throws(PluginError) -> any PluginImage {
        defer { first.retire() }
        let wanted = isolation(first.descriptor.id)
        if wanted != .process { try trial(of: image)?.run(first) }
        if wanted == .inProcess { return try loadHere(image) }
        return try runners.load(image, expecting: first.descriptor.id, in: wanted)
    }

    private func loadHere(_ image: InspectedImage) throws(PluginError) -> any PluginImage {
        try InProcessImage(image, in: images, warn: warn)
    }

    private static func noRunners(_ path: String, _ isolation: Isolation) -> PluginError {
        PluginError(
            code: .badConfiguration,
            message:
                "\(path): it is to run in the isolation \(isolation), and the program plugin-runner was not found; install it "
                + "beside the host's program, or name it in the configuration as runner"
        )
    }
}

/// What can load images into runners.
protocol RunnerPlaces: Sendable {
    /// Loads an image into a runner, in a sandbox for the plugin that it is expected to be.
    func load(
        _ image: InspectedImage,
        expecting plugin: String?,
        in isolation: Isolation
    ) throws(PluginError) -> any PluginImage
    /// Loads a copy that ran in a runner into another one.
    func load(
        copyOf image: any PluginImage,
        from path: String,
        expecting plugin: String
    ) throws(PluginError) -> any PluginImage
    /// Makes a runner ready for an image that is on its way.
    func promise(_ promise: RunnerPool.Promise)
    /// Loads an image into a runner that may do what the host may do.
    func loadForTrial(_ image: InspectedImage, expecting plugin: String?) throws(PluginError) -> any PluginImage
}
