internal import LinuxSystem
internal import PluginLoading
internal import Synchronization

/// An image that is mapped in this process, for as long as that lives (field notes: a Swift image can't be unloaded).
struct InProcessImage: PluginImage {
    let source: String
    let path: String
    let build: BuildName
    let keptSize: Int
    let descriptor: PluginDescriptor
    private let image: MappedImage

    /// The layouts of the C structs of all images of this process (field notes: one type per process, by name).
    private static let layouts = Mutex(StructLayoutRegistry())

    /// Maps the private copy of a file that was inspected, and asks it what it is.
    ///
    /// - Parameters:
    ///   - inspected: The bytes that were checked; they are the bytes that get mapped.
    ///   - store: Where the private copy goes.
    ///   - warn: Takes what is wrong with the image without being a reason to refuse it.
    /// - Throws: ``PluginError`` with `layout-conflict`, `exhausted`, `load-failed`, `no-factory`, `wrong-abi` or `bad-descriptor`.
    init(_ inspected: InspectedImage, in store: ImageStore, warn: (String) -> Void) throws(PluginError) {
        try store.spendMappings(on: inspected)
        try Self.layouts.withLock { layouts throws(PluginError) in try layouts.check(inspected) }
        let copy = try store.store(inspected.bytes, of: inspected.path)
        // Which plugin it is, only its code can tell.
        let place = CrashMarks.place(of: "", path: inspected.path)
        CrashMarks.note(inspected.build, at: 0, size: 0, as: 0, of: place)
        do throws(PluginFault) {
            image = try CrashMarks.step("loading", of: 0, in: place) { () throws(PluginFault) in
                try MappedImage(copy, of: inspected.path, open: store.calls.openLibrary)
            }
        } catch {
            if error.kind == .linkerRefused || error.kind == .exhausted { store.remove(copy) }
            throw PluginError(error)
        }
        Self.layouts.withLock { $0.add(inspected) }
        if !image.changedSignals.isEmpty {
            warn(
                "\(inspected.path): loading it changed the handlers of the signals \(image.changedSignals), which were put "
                    + "back; signals belong to the host"
            )
        }
        descriptor = try PluginDescriptor(image.description, of: inspected.path)
        source = inspected.path
        path = copy
        build = inspected.build
        keptSize = inspected.mappedSize
    }

    func makeInstance(generation: UInt64, services: HostServices) throws(PluginError) -> any PluginInstance {
        let place = CrashMarks.place(of: descriptor.id, path: source)
        CrashMarks.note(build, at: image.base, size: keptSize, as: generation, of: place)
        return try InProcessInstance(
            image,
            descriptor: descriptor,
            generation: generation,
            place: place,
            services: services
        )
    }

    /// Nothing is ever given up here: a thread can only be left behind.
    var reaction: Duration { .zero }
    var isolation: Isolation { .inProcess }
    var process: Int32? { nil }
    var requestsUnderWay: Int { 0 }
    var sandbox: SandboxStatus? { nil }
    /// Nothing of this process outlives it but what is on the disk.
    var keptState: (state: SavedState, version: String)? { nil }

    /// It is gone when this process is.
    var isLost: Bool { false }
    var isVictim: Bool { false }
    func whenLost(_ handler: @escaping @Sendable (RunnerLoss) -> Void) {}
    func demandSignOfLife(within patience: Duration) {}
    func giveUp(_ reason: String) {}
    func retire() {}
}
