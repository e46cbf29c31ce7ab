import Glibc
import LinuxSystem

@testable import PluginHost

extension FuzzReader {
    /// A file that should be a plugin: completeness, inspection, and each table on its own.
    static let elf = FuzzReader(name: "elf", longest: 8192) { bytes throws(Violation) in
        try readTables(bytes)
        let isWhole = try succeed("completeness") { try isComplete(bytes) }
        let image: InspectedImage
        do throws(PluginError) {
            image = try ImageInspector.inspect(bytes, path: "fuzz.so")
        } catch {
            try hold(error.code.isPermanent, "the refusal might pass by itself: \(error)")
            try hold(error.message.utf8.count <= 4096, "the refusal has \(error.message.utf8.count) bytes")
            return
        }
        try holdImage(image, isComplete: isWhole)
    }

    /// The section of a plugin in which it describes itself.
    static let manifest = FuzzReader(name: "manifest", longest: 512) { bytes throws(Violation) in
        // A section is a part of a file, and its first index is not 0.
        let section = ([1, 2, 3] + bytes)[3...]
        guard let manifest = try? ImageManifest(section: section) else { return }
        try hold(manifest == (try? ImageManifest(section: bytes[...])), "the place of the section counts")
        try hold(manifest.abiMajor ?? 1 == 1, "another ABI is taken: \(manifest)")
        if let oldest = manifest.stateSchemaMinimum, let newest = manifest.stateSchemaMaximum {
            try hold(oldest <= newest, "no schema is read: \(manifest)")
        }
        try holdRoundTrip(manifest)
        try hold((try? ImageManifest(section: (bytes + bytes)[...])) == manifest, "said twice it is another manifest")
    }

    private static func holdImage(_ image: InspectedImage, isComplete: Bool) throws(Violation) {
        try hold(isComplete, "a file that can be loaded counts as incomplete")
        try hold(image.mappedSize > 0, "an image takes \(image.mappedSize) bytes")
        try hold(image.structLayouts.count <= 131_072, "\(image.structLayouts.count) structs")
    }

    /// Reads all that the host reads, also of files that the inspection refuses before it gets there.
    private static func readTables(_ bytes: [UInt8]) throws(Violation) {
        guard let image = try? ELFImage(bytes) else { return }
        try hold(image.sections.count * 64 <= bytes.count, "\(image.sections.count) sections")
        try hold(image.segments.count * 56 <= bytes.count, "\(image.segments.count) segments")
        for section in image.sections {
            try hold(image.contents(of: section).count <= bytes.count, "a section is larger than the file")
            try hold(image.name(of: section)?.utf8.count ?? 0 <= 3 * 4096, "the name of a section has no end")
        }
        for segment in image.loaded {
            if let offset = image.offset(ofAddress: segment.address, count: segment.fileSize) {
                try hold(offset <= UInt64(bytes.count), "an address lies outside of the file")
            }
            _ = image.word64(atAddress: segment.address)
        }
        _ = image.mappedSize
        try hold(image.buildID?.utf8.count ?? 2 <= 128, "the build id is \(image.buildID ?? "")")
        try hold(image.neededLibraries.count <= 4096, "too many libraries")
        _ = image.definesLocally(ImageInspector.factoryName)
        let layouts = StructLayoutReader(image: image).read()
        try hold(layouts.keys.allSatisfy { $0.utf8.count <= 3 * 512 }, "the name of a struct has no end")
        if let section = image.section(named: ImageInspector.manifestSection) {
            _ = try? ImageManifest(section: image.contents(of: section))
        }
        guard let table = try? ELFDynamicTable(image) else { return }
        _ = image.dynamicSymbol(ImageInspector.factoryName, table)
        try? image.checkLoading(table)
    }

    /// Asks whether a file with these bytes is complete.
    private static func isComplete(_ bytes: [UInt8]) throws -> Bool {
        var template = Array("/dev/shm/plugin-host-fuzz-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw SystemCallError.last("mkstemp") }
        unlink(template)
        let file = OwnedFileDescriptor(adopting: number)
        try file.write(bytes)
        return try ImageCompleteness.isComplete(file)
    }
}
