import Testing

@testable import PluginHost

@Suite("A manifest is read before any code runs (PL-1)")
struct ImageManifestTests {
    private func inspect(_ manifest: [UInt8]) throws(PluginError) -> ImageManifest? {
        var builder = ImageBuilder()
        builder.manifest = manifest
        return try ImageInspector.inspect(builder.build(), path: "some.so").manifest
    }

    private func refusal(_ manifest: [UInt8]) -> PluginError? {
        do throws(PluginError) {
            _ = try inspect(manifest)
            return nil
        } catch {
            return error
        }
    }

    @Test("tells every field of a record")
    func fields() throws {
        let record = ImageBuilder.record(minor: 3, swift: 60_301, flags: 1, schemas: (2, 5))
        let manifest = try #require(try inspect(record))
        #expect(manifest.abiMajor == 1)
        #expect(manifest.abiMinor == 3)
        #expect(manifest.swiftVersion == 60_301)
        #expect(manifest.isSwift)
        #expect(manifest.stateSchemaMinimum == 2)
        #expect(manifest.stateSchemaMaximum == 5)
    }

    @Test("adds up several records, with room between them; what is 0 is not said")
    func merged() throws {
        let records =
            ImageBuilder.record(swift: 60_301, flags: 1) + [UInt8](repeating: 0, count: 32)
            + ImageBuilder.record(major: 0, schemas: (0, 7))
        let manifest = try #require(try inspect(records))
        #expect(manifest.abiMajor == 1)
        #expect(manifest.swiftVersion == 60_301)
        #expect(manifest.stateSchemaMinimum == 0)
        #expect(manifest.stateSchemaMaximum == 7)

        let silent = try #require(try inspect(ImageBuilder.record(major: 0)))
        #expect(silent == ImageManifest())
    }

    @Test("refuses another version of the contract, and names both")
    func wrongABI() {
        let error = refusal(ImageBuilder.record() + ImageBuilder.record(major: 2))
        #expect(error?.code == .wrongABI)
        #expect(error?.message.contains("version 2") == true)
        #expect(error?.message.contains("speaks 1") == true)
    }

    @Test(
        "refuses a section that holds something else",
        arguments: [
            [1, 2, 3, 4, 5], ImageBuilder.record(magic: 7), ImageBuilder.record(size: 31),
            ImageBuilder.record(size: 64),
            Array(ImageBuilder.record().dropLast()), ImageBuilder.record() + [1], [UInt8](repeating: 0, count: 32),
            ImageBuilder.record() + ImageBuilder.record(magic: 0, size: 1), [UInt8](repeating: 0, count: 70_000),
        ]
    )
    func foreign(manifest: [UInt8]) {
        #expect(refusal(manifest)?.code == .notAPlugin)
        #expect(refusal(manifest)?.message.contains("ph_manifest") == true)
    }

    @Test("refuses contradictions")
    func contradictions() {
        let two = ImageBuilder.record(schemas: (1, 2)) + ImageBuilder.record(schemas: (1, 3))
        #expect(refusal(two)?.code == .badDescriptor)
        #expect(refusal(ImageBuilder.record(schemas: (4, 2)))?.code == .badDescriptor)
    }
}
