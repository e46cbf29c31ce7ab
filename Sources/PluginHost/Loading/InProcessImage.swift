internal import LinuxSystem
internal import PluginLoading

/// An image that is mapped in this process, for as long as that lives (field notes: a Swift image can't be unloaded).
struct InProcessImage: PluginImage {
    let source: String
    let path: String
    let build: SHA256
    let keptSize: Int
    let descriptor: PluginDescriptor
    private let image: MappedImage

    /// Maps the private copy of a file that was inspected, and asks it what it is.
    ///
    /// - Parameters:
    ///   - inspected: The bytes that were checked; they are the bytes that get mapped.
    ///   - store: Where the private copy goes.
    ///   - warn: Takes what is wrong with the image without being a reason to refuse it.
    /// - Throws: ``PluginError`` with `load-failed`, `no-factory`, `wrong-abi` or `bad-descriptor`.
    init(_ inspected: InspectedImage, in store: ImageStore, warn: (String) -> Void) throws(PluginError) {
        let copy = try store.store(inspected)
        do throws(PluginFault) {
            image = try MappedImage(copy, of: inspected.path, open: store.calls.openLibrary)
        } catch {
            if error.kind == .linkerRefused || error.kind == .exhausted { store.remove(copy) }
            throw PluginError(error)
        }
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
        try InProcessInstance(image, descriptor: descriptor, generation: generation, services: services)
    }

    func retire() {}
}
