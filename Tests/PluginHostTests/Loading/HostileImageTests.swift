import LinuxSystem
import Testing

@testable import PluginHost

@Suite("A file that lies about itself is refused in few steps (PL-1)", .timeLimit(.minutes(10)))
struct HostileImageTests {
    typealias Place = ImageBuilder.Place

    private func refusal(_ bytes: [UInt8]) -> PluginError? {
        do throws(PluginError) {
            _ = try ImageInspector.inspect(bytes, path: "dir/some.so")
            return nil
        } catch {
            return error
        }
    }

    /// The place of a section header in what the builder makes: 1 is the code, 2 the names, 3 the manifest.
    private func section(_ index: Int, of bytes: [UInt8]) throws -> Int {
        Int(try #require(ELFBytes(bytes).word64(at: 40))) + index * 64
    }

    @Test("a symbol table of 2^32 entries is missing most of its bytes")
    func symbolTable() throws {
        var bytes = ImageBuilder().build()
        let header = try section(1, of: bytes)
        bytes.put32(2, at: header + 4)
        bytes.put64(24 << 32, at: header + 32)
        #expect(refusal(bytes)?.code == .incomplete)
        #expect(refusal(bytes)?.message.contains("bytes are missing") == true)
        bytes.put64(.max, at: header + 32)
        #expect(refusal(bytes)?.message.contains("beyond any file") == true)
    }

    @Test("a symbol table that lies over everything else, with names in itself, is only read")
    func overlap() throws {
        var bytes = ImageBuilder().build()
        let header = try section(1, of: bytes)
        bytes.put32(2, at: header + 4)
        bytes.put64(0, at: header + 24)
        bytes.put64(UInt64(bytes.count), at: header + 32)
        bytes.put32(1, at: header + 40)
        #expect(refusal(bytes) == nil)
        bytes.put32(3, at: header + 4)
        bytes.put32(.max, at: header + 40)
        #expect(refusal(bytes) == nil)
    }

    @Test("section headers over the program headers are taken for what they say")
    func tables() {
        var bytes = ImageBuilder().build()
        bytes.put64(UInt64(Place.programHeaders), at: 40)
        #expect(refusal(bytes) == nil)
        bytes = ImageBuilder().build()
        bytes.put64(UInt64(bytes.count), at: 32)
        #expect(refusal(bytes)?.code == .incomplete)
        bytes.put64(0, at: 32)
        #expect(refusal(bytes)?.code == .notAPlugin)
    }

    @Test("a section with the manifest's name and other contents is none", arguments: [1, 31, 32, 33, 64, 70_000])
    func foreignManifest(size: Int) {
        var builder = ImageBuilder()
        builder.manifest = [UInt8](repeating: 0x41, count: size)
        #expect(refusal(builder.build())?.code == .notAPlugin)
        #expect(refusal(builder.build())?.message.contains("ph_manifest holds something else") == true)
    }

    @Test("names of sections without an end, outside of the file, or in no section have no end to find")
    func names() throws {
        var builder = ImageBuilder()
        builder.manifest = ImageBuilder.record(schemas: (2, 4))
        var bytes = builder.build()
        let names = try section(2, of: bytes)
        // Cut in the middle of the manifest's own name.
        bytes.put64(12, at: names + 32)
        let image = try ELFImage(bytes)
        #expect(image.sections.count == 4)
        #expect(image.name(of: image.sections[2]) == nil)

        // A table of names that is no part of the file may say that it lies anywhere.
        for kind: UInt32 in [0, 8] {
            bytes = builder.build()
            bytes.put32(kind, at: names + 4)
            for offset: UInt64 in [.max, .max - 19, 1 << 63] {
                bytes.put64(offset, at: names + 24)
                let image = try ELFImage(bytes)
                #expect(image.sections.allSatisfy { image.name(of: $0) == nil })
                #expect(image.section(named: "ph_manifest") == nil)
            }
        }
    }

    @Test("needed libraries whose names are as long as the file are none")
    func neededLibraries() throws {
        var bytes = ImageBuilder().build()
        let strings = bytes.count
        bytes += [UInt8](repeating: 0x61, count: 1 << 20) + [0]
        for place in [Place.load + 32, Place.load + 40] { bytes.put64(UInt64(bytes.count), at: place) }
        let entries: [(UInt64, UInt64)] = [(5, UInt64(strings)), (10, (1 << 20) + 1), (1, 0), (1, 1), (0, 0)]
        for (index, entry) in entries.enumerated() {
            bytes.put64(entry.0, at: Place.dynamic + index * 16)
            bytes.put64(entry.1, at: Place.dynamic + index * 16 + 8)
        }
        #expect(try ELFImage(bytes).neededLibraries == [])
    }

    @Test("a relocation is looked for in the segment where it lies, before, between and behind them")
    func relocations() {
        var bytes = ImageBuilder().build()
        bytes.put(Array(bytes[Place.load..<Place.load + 56]), at: Place.spareHeader)
        bytes.put64(0x1_0000, at: Place.spareHeader + 16)
        bytes.put64(0, at: Place.spareHeader + 32)
        bytes.put64(0x100, at: Place.spareHeader + 40)
        for (target, isTaken) in [
            (UInt64(0x1_0000), true), (0x1_00F8, true), (0x1_00F9, false), (0xFFFF, false), (0x8000, false), (0, true),
        ] {
            bytes.put64(target, at: Place.relocations)
            #expect((refusal(bytes) == nil) == isTaken, "\(target)")
        }
    }
}
