internal import CPluginABI
internal import LinuxSystem
internal import Synchronization

/// One image that is mapped, with what its factory says.
struct LoadedImage: Sendable {
    /// The watched file that it came from.
    let source: String
    /// The private copy that is mapped.
    let path: String
    let build: SHA256
    let mappedSize: Int
    /// Where it is mapped.
    let base: UInt
    let descriptor: PluginDescriptor
    /// The address of the factory's table, which is in the image and lives as long as the process.
    private let factory: UInt

    /// The load addresses of all images so far, each of which must be new.
    private static let bases = Mutex<Set<UInt>>([])

    /// The factory's table.
    var table: ph_factory_v1_t? {
        unsafe UnsafePointer<ph_factory_v1_t>(bitPattern: factory)?.pointee
    }

    /// One image is mapped at a time, as the dynamic linker has it: what another one makes of the signals' handlers is not
    /// taken for what was there before.
    private static let mapping = Mutex(())

    /// Maps a copy, and puts the handlers of signals back that its constructors have changed.
    private static func map(
        _ copy: String,
        _ calls: HostCalls
    ) throws(DynamicLibrary.Failure) -> (DynamicLibrary, changed: [CInt]) {
        try mapping.withLock { _ throws(DynamicLibrary.Failure) in
            let handlers = SignalHandlers()
            let library = try calls.openLibrary(copy)
            return (library, handlers.restore())
        }
    }

    /// Maps the private copy of a file that was inspected, and asks it what it is.
    ///
    /// - Parameters:
    ///   - image: The bytes that were checked; they are the bytes that get mapped.
    ///   - store: Where the private copy goes.
    ///   - warn: Takes what is wrong with the image without being a reason to refuse it.
    /// - Throws: ``PluginError`` with `load-failed`, `no-factory`, `wrong-abi` or `bad-descriptor`.
    init(_ image: InspectedImage, in store: ImageStore, warn: (String) -> Void) throws(PluginError) {
        let copy = try store.store(image)
        let place = CrashMarks.place(of: "", path: image.path)
        CrashMarks.note(image.build, at: 0, size: 0, as: 0, of: place)
        let library: DynamicLibrary
        let changed: [CInt]
        do throws(DynamicLibrary.Failure) {
            (library, changed) = try CrashMarks.step("loading", of: 0, in: place) {
                () throws(DynamicLibrary.Failure) in
                try Self.map(copy, store.calls)
            }
        } catch {
            store.remove(copy)
            let reason = error.reason.replacing(copy, with: image.path)
            let remedy =
                error.isExhaustion
                ? "give the host more memory (ulimit -v, the limit of its control group), or restart it"
                : "build it again on this machine"
            throw PluginError(
                code: error.isExhaustion ? .exhausted : .loadFailed,
                message: "\(image.path): the dynamic linker refused it: \(reason); \(remedy)"
            )
        }
        if !changed.isEmpty {
            warn(
                "\(image.path): loading it changed the handlers of the signals \(changed), which were put back; "
                    + "signals belong to the host"
            )
        }

        guard let symbol = unsafe library.symbol(PH_FACTORY_SYMBOL) else {
            throw PluginError(code: .noFactory, message: "\(image.path): it exports no \(PH_FACTORY_SYMBOL)")
        }
        // A linker that gives an old image back, or an image that hands out another's factory, is found here.
        guard let origin = unsafe DynamicLibrary.origin(of: symbol), origin.path == copy,
            Self.bases.withLock({ $0.insert(origin.base).inserted })
        else {
            throw PluginError(
                code: .loadFailed,
                message:
                    "\(image.path): the dynamic linker gave back code that was loaded before; load it under another name"
            )
        }
        let factoryFunction = unsafe unsafeBitCast(
            symbol,
            to: (@convention(c) () -> UnsafePointer<ph_factory_v1_t>?).self
        )
        let reader = FactoryReader(path: image.path)
        let made = unsafe CrashMarks.step("factory", of: 0, in: place) { unsafe factoryFunction() }
        guard let factory = unsafe made else { throw reader.refusal("its factory function returned nothing") }
        descriptor = try unsafe reader.read(factory)
        self.factory = UInt(bitPattern: factory)
        source = image.path
        path = copy
        build = image.build
        mappedSize = image.mappedSize
        base = origin.base
    }
}
