package import LinuxSystem

/// Judges a file by its bytes alone: none of its code runs, and nothing of it is mapped (PL-1, HR-5).
package enum ImageInspector {
    /// The machine that a plugin must be built for.
    package static let hostMachine = ELFMachine.host

    /// Says what the bytes are, or refuses them with the reason and the remedy.
    package static func inspect(_ bytes: [UInt8], path: String) throws(PluginError) -> InspectedImage {
        let refusal = ImageRefusal(path: path)
        let image = try readImage(bytes, refusal)
        try checkKind(image, refusal)
        let table = try readDynamicTable(image, refusal)
        do throws(ELFError) {
            try image.checkLoading(table)
        } catch {
            throw refusal.of(error, bytes)
        }
        try checkFactory(image, table, refusal)
        let manifest = try readManifest(image, refusal)
        return InspectedImage(
            path: path,
            bytes: bytes,
            build: BuildName(of: bytes),
            manifest: manifest,
            structLayouts: StructLayoutReader(image: image).read(),
            mappedSize: image.mappedSize
        )
    }

    private static func readImage(_ bytes: [UInt8], _ refusal: ImageRefusal) throws(PluginError) -> ELFImage {
        do throws(ELFError) {
            return try ELFImage(bytes)
        } catch {
            throw refusal.of(error, bytes)
        }
    }

    /// Refuses what is no shared object for this machine.
    private static func checkKind(_ image: ELFImage, _ refusal: ImageRefusal) throws(PluginError) {
        guard image.header.machine == hostMachine else { throw refusal.wrongMachine(image.header) }
        switch image.header.kind {
        case .sharedObject: break
        case .executable: throw refusal.program
        case .relocatable: throw refusal.otherFile("an object file that is not linked yet")
        case .core: throw refusal.otherFile("the memory of a program that crashed")
        case .other(let number): throw refusal.otherFile("an ELF file of the unknown type \(number)")
        }
    }

    /// Refuses programs, and shared objects that must not be opened.
    private static func readDynamicTable(
        _ image: ELFImage,
        _ refusal: ImageRefusal
    ) throws(PluginError) -> ELFDynamicTable {
        let table: ELFDynamicTable
        do throws(ELFError) {
            table = try ELFDynamicTable(image)
        } catch {
            throw refusal.of(error, image.bytes.storage)
        }
        guard !table.isProgram else { throw refusal.program }
        guard !table.forbidsOpening else {
            throw refusal.otherFile("a shared object that was linked with -z nodlopen")
        }
        return table
    }

    /// Refuses an image that a look-up of the factory would not find it in.
    private static func checkFactory(
        _ image: ELFImage,
        _ table: ELFDynamicTable,
        _ refusal: ImageRefusal
    ) throws(PluginError) {
        guard let factory = image.dynamicSymbol(factoryName, table), factory.isExported else {
            throw image.definesLocally(factoryName) ? refusal.hiddenFactory : refusal.noFactory
        }
        switch factory.kind {
        case .function: break
        case .indirectFunction: throw refusal.badFactory("is chosen at load time (an IFUNC)")
        default: throw refusal.badFactory("is no function")
        }
        guard image.isCode(factory.address) else { throw refusal.damaged("its factory lies outside of its code") }
    }

    /// The C header has the name as a C string, which is no `StaticString`; a test holds the two together.
    package static let factoryName: StaticString = "ph_plugin_factory"
    /// As above.
    package static let manifestSection: StaticString = "ph_manifest"

    private static func readManifest(
        _ image: ELFImage,
        _ refusal: ImageRefusal
    ) throws(PluginError) -> ImageManifest? {
        guard let section = image.section(named: manifestSection) else { return nil }
        do throws(ImageManifestError) {
            return try ImageManifest(section: image.contents(of: section))
        } catch {
            throw refusal.of(error)
        }
    }
}
