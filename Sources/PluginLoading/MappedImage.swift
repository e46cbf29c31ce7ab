package import CPluginABI
package import LinuxSystem
internal import Synchronization

/// One image that is mapped, with what its factory says.
package struct MappedImage: Sendable {
    /// The file that it came from, as messages name it.
    package let source: String
    /// What its factory says.
    package let description: FactoryDescription
    /// The signals whose handlers its constructors had changed, and that were put back.
    package let changedSignals: [CInt]
    /// Where it is mapped.
    package let base: UInt
    /// The address of the factory's table, which is in the image and lives as long as the process.
    private let factory: UInt

    /// The load addresses of all images so far, each of which must be new.
    private static let bases = Mutex<Set<UInt>>([])

    /// The factory's table.
    package var table: ph_factory_v1_t? {
        unsafe UnsafePointer<ph_factory_v1_t>(bitPattern: factory)?.pointee
    }

    /// One image is mapped at a time, as the dynamic linker has it: what another one makes of the signals' handlers is not
    /// taken for what was there before.
    private static let mapping = Mutex(())

    /// Maps a copy, and puts the handlers of signals back that its constructors have changed.
    private static func map(
        _ copy: String,
        _ open: (String) throws(DynamicLibrary.Failure) -> DynamicLibrary
    ) throws(DynamicLibrary.Failure) -> (DynamicLibrary, changed: [CInt]) {
        try mapping.withLock { _ throws(DynamicLibrary.Failure) in
            let handlers = SignalHandlers()
            let library = try open(copy)
            return (library, handlers.restore())
        }
    }

    /// Goes through what only the first image of a process pays for: the runtime makes its tables when they are needed.
    package static func rehearse() {
        _ = SignalHandlers().restore()
        // No image is mapped there.
        bases.withLock { bases in
            bases.insert(0)
            bases.remove(0)
        }
    }

    /// Maps a private copy of a file, and asks it what it is.
    ///
    /// - Parameters:
    ///   - copy: The copy, whose name was never used before and that nobody writes to.
    ///   - source: The file that it is a copy of.
    ///   - open: Asks the dynamic linker for it.
    /// - Throws: ``PluginFault`` of the kinds `linkerRefused` and `exhausted`, after which the copy is not mapped, or of
    ///   another kind, after which it may be.
    package init(
        _ copy: String,
        of source: String,
        open: (String) throws(DynamicLibrary.Failure) -> DynamicLibrary
    ) throws(PluginFault) {
        let library: DynamicLibrary
        do throws(DynamicLibrary.Failure) {
            (library, changedSignals) = try Self.map(copy, open)
        } catch {
            // The file is named already.
            let reason = error.reason.replacing("\(copy): ", with: "").replacing(copy, with: source)
            throw PluginFault(
                error.isExhaustion ? .exhausted : .linkerRefused,
                "\(source): the dynamic linker refused it: \(reason); \(error.remedy)"
            )
        }
        guard let symbol = unsafe library.symbol(PH_FACTORY_SYMBOL) else {
            throw PluginFault(.noFactory, "\(source): it exports no \(PH_FACTORY_SYMBOL)")
        }
        // A linker that gives an old image back, or an image that hands out another's factory, is found here.
        guard let origin = unsafe DynamicLibrary.origin(of: symbol), origin.path == copy,
            Self.bases.withLock({ $0.insert(origin.base).inserted })
        else {
            throw PluginFault(
                .staleCode,
                "\(source): the dynamic linker gave back code that was loaded before; load it under another name"
            )
        }
        let factoryFunction = unsafe unsafeBitCast(
            symbol,
            to: (@convention(c) () -> UnsafePointer<ph_factory_v1_t>?).self
        )
        let reader = FactoryReader(path: source)
        guard let factory = unsafe factoryFunction() else {
            throw reader.refusal("its factory function returned nothing")
        }
        description = try unsafe reader.read(factory)
        self.factory = UInt(bitPattern: factory)
        self.source = source
        base = origin.base
    }
}
