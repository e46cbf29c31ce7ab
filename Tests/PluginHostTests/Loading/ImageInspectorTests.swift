import CPluginABI
import LinuxSystem
import Testing

@testable import PluginHost

@Suite("A file is judged by its bytes (PL-1, HR-5)")
struct ImageInspectorTests {
    typealias Place = ImageBuilder.Place

    private func refusal(_ bytes: [UInt8]) -> PluginError? {
        do throws(PluginError) {
            _ = try ImageInspector.inspect(bytes, path: "dir/some.so")
            return nil
        } catch {
            return error
        }
    }

    @Test("takes a shared object that exports the factory")
    func plugin() throws {
        let bytes = ImageBuilder().build()
        let image = try ImageInspector.inspect(bytes, path: "dir/some.so")
        #expect(image.path == "dir/some.so")
        #expect(image.bytes == bytes)
        #expect(image.build.digest == SHA256(of: bytes))
        #expect(image.manifest == nil)
        #expect(image.structLayouts.isEmpty)
        #expect(image.mappedSize == 4096)
    }

    @Test("takes a weak and a protected factory")
    func otherBindings() {
        var builder = ImageBuilder()
        builder.factoryInfo = 0x22
        builder.factoryVisibility = 3
        #expect(refusal(builder.build()) == nil)
    }

    @Test("looks for the names that the header defines")
    func names() {
        #expect("\(ImageInspector.factoryName)" == PH_FACTORY_SYMBOL)
        #expect("\(ImageInspector.manifestSection)" == PH_MANIFEST_SECTION)
    }

    @Test(
        "says what a file is that is no ELF file",
        arguments: [
            ("#!/bin/sh\n", "a script"), ("!<arch>\nfoo", "an archive"), ("hello\n", "a text"),
            ("\u{1}\u{2}", "no ELF file"),
            ("MZ\u{1}", "Windows"),
        ]
    )
    func otherFiles(content: String, what: String) {
        let error = refusal(Array(content.utf8))
        #expect(error?.code == .notAPlugin)
        #expect(error?.message.contains(what) == true)
        #expect(error?.message.hasPrefix("dir/some.so: ") == true)
        #expect(error?.code.isPermanent == true)
    }

    @Test("calls every beginning of a plugin incomplete, and says how much is missing")
    func truncated() {
        var builder = ImageBuilder()
        builder.manifest = ImageBuilder.record()
        let bytes = builder.build()
        for count in 0..<bytes.count {
            #expect(refusal(Array(bytes.prefix(count)))?.code == .incomplete, "\(count) of \(bytes.count) bytes")
        }
        #expect(refusal(Array(bytes.dropLast(10)))?.message.contains("10 bytes are missing") == true)
        #expect(refusal([])?.message.contains("empty") == true)
    }

    @Test("names both machines when a file is for another")
    func wrongMachine() {
        var builder = ImageBuilder()
        builder.machine = 22
        #expect(refusal(builder.build())?.code == .wrongMachine)
        #expect(refusal(builder.build())?.message.contains("IBM Z") == true)
        #expect(refusal(builder.build())?.message.contains(ELFMachine.host.description) == true)

        builder = ImageBuilder()
        builder.wordSize = 1
        #expect(refusal(builder.build())?.code == .wrongMachine)
        #expect(refusal(builder.build())?.message.contains("32-bit") == true)

        builder = ImageBuilder()
        builder.byteOrder = 2
        builder.machine = UInt16(21).byteSwapped
        #expect(refusal(builder.build())?.code == .wrongMachine)
        #expect(refusal(builder.build())?.message.contains("PowerPC 64 in big-endian") == true)
    }

    @Test(
        "refuses what is no shared object",
        arguments: [(UInt16(1), "not linked"), (2, "a program"), (4, "crashed"), (99, "unknown type")]
    )
    func kinds(kind: UInt16, what: String) {
        var builder = ImageBuilder()
        builder.kind = kind
        #expect(refusal(builder.build())?.code == .notAPlugin)
        #expect(refusal(builder.build())?.message.contains(what) == true)
    }

    @Test("refuses position-independent programs and what must not be opened")
    func flags() {
        var builder = ImageBuilder()
        builder.setDynamic(0x6FFF_FFFB, 0x0800_0000)
        #expect(refusal(builder.build())?.message.contains("a program") == true)
        builder.setDynamic(0x6FFF_FFFB, 0x40)
        #expect(refusal(builder.build())?.message.contains("nodlopen") == true)
    }

    @Test("says what is wrong with the factory")
    func factory() {
        var builder = ImageBuilder()
        builder.factoryName = "ph_plugin_factorx"
        #expect(refusal(builder.build())?.code == .noFactory)
        #expect(refusal(builder.build())?.message.contains("in Swift @c(ph_plugin_factory) public func") == true)

        builder = ImageBuilder()
        builder.factorySection = 0
        #expect(refusal(builder.build())?.code == .noFactory)

        for (info, visibility) in [(UInt8(0x02), UInt8(0)), (0x12, 1), (0x12, 2)] {
            builder = ImageBuilder()
            builder.factoryInfo = info
            builder.factoryVisibility = visibility
            #expect(refusal(builder.build())?.code == .noFactory)
        }
        builder = ImageBuilder()
        builder.factoryInfo = 0x11
        #expect(refusal(builder.build())?.message.contains("is no function") == true)
        builder.factoryInfo = 0x1A
        #expect(refusal(builder.build())?.message.contains("IFUNC") == true)
    }

    /// One field, 64 bits wide unless its name says otherwise, and values that no linker writes.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let make: @Sendable (inout ImageBuilder) -> Void
        let change: @Sendable (inout [UInt8]) -> Void

        static func dynamic(_ name: String, _ tag: UInt64, _ value: UInt64?) -> Damage {
            Damage(testDescription: name, make: { $0.setDynamic(tag, value) }, change: { _ in })
        }

        static func field(_ name: String, _ place: Int, _ value: UInt64) -> Damage {
            Damage(testDescription: name, make: { _ in }, change: { $0.put64(value, at: place) })
        }

        static func field32(_ name: String, _ place: Int, _ value: UInt32) -> Damage {
            Damage(testDescription: name, make: { _ in }, change: { $0.put32(value, at: place) })
        }
    }

    static let damages: [Damage] = [
        .field32("no segment is loaded", Place.load, 0x7000_0000),
        .field32("no dynamic section", Place.dynamicHeader, 0x7000_0000),
        .field("dynamic section outside", Place.dynamicHeader + 16, 0x10_0000),
        .field("dynamic section wraps", Place.dynamicHeader + 16, .max - 8),
        .field("dynamic section huge", Place.dynamicHeader + 40, .max),
        .field("dynamic section without an end", Place.dynamicHeader + 40, 32),
        .field("load is larger in the file", Place.load + 40, 16),
        .field("load wraps in memory", Place.load + 40, .max),
        .field("load is larger than memory", Place.load + 40, 1 << 50),
        .field("load has no alignment", Place.load + 48, 0),
        .field("load has a crooked alignment", Place.load + 48, 4097),
        .field("load has a small alignment", Place.load + 48, 8),
        .field("load is not congruent", Place.load + 16, 8),
        .field("load wraps in the file", Place.load + 8, .max - 16),
        .field("note outside", Place.noteHeader + 16, 0x10_0000),
        .dynamic("no strings", 5, nil),
        .dynamic("strings outside", 5, 0x20_0000),
        .dynamic("strings wrap", 5, .max),
        .dynamic("strings huge", 10, .max),
        .dynamic("no size of the strings", 10, nil),
        .dynamic("strings without an end", 10, 5),
        .dynamic("no symbols", 6, nil),
        .dynamic("symbols outside", 6, 0x20_0000),
        .dynamic("symbols of another size", 11, 23),
        .dynamic("symbols without size", 11, 0),
        .dynamic("relocations outside", 7, 0x20_0000),
        .dynamic("relocations huge", 8, .max),
        .dynamic("relocations of another size", 9, 0),
        .dynamic("short relocations", 17, 0x100),
        .dynamic("wrong kind of procedure relocations", 20, 17),
        .dynamic("relative relocations outside", 36, 0x20_0000),
        .dynamic("initialiser outside", 12, 0x20_0000),
        .dynamic("finaliser outside", 13, .max),
        .dynamic("needed library without a name", 1, 0x1000),
        .dynamic("versions outside", 0x6FFF_FFF0, 0x20_0000),
        .dynamic("needed versions outside", 0x6FFF_FFFE, 0x20_0000),
        .field("relocation outside", Place.relocations, 0x20_0000),
        .field("relocation wraps", Place.relocations, .max - 2),
        .field("relocation of a symbol outside", Place.relocations + 8, .max << 32 | 1),
        .field("factory outside of the code", Place.symbols + 24 + 8, 0x20_0000),
        .field32("hash table with 2^32 symbols", Place.hash + 4, .max),
        .field32("hash table with 2^32 buckets", Place.hash, .max),
    ]

    @Test("refuses what would end the process in the dynamic linker", arguments: damages)
    func damaged(_ damage: Damage) {
        var builder = ImageBuilder()
        damage.make(&builder)
        var bytes = builder.build()
        damage.change(&bytes)
        #expect(refusal(bytes)?.code == .notAPlugin)
        #expect(refusal(bytes)?.message.contains("damaged") == true)
    }

    @Test("refuses a list of initialisers outside, and loads that overlap")
    func moreDamage() {
        var builder = ImageBuilder()
        builder.setDynamic(25, 0x20_0000)
        builder.setDynamic(27, 8)
        #expect(refusal(builder.build())?.code == .notAPlugin)

        var bytes = ImageBuilder().build()
        bytes.put(Array(bytes[Place.load..<Place.load + 56]), at: Place.spareHeader)
        #expect(refusal(bytes)?.message.contains("overlaps") == true)
    }

    @Test("ends on chains that run in a circle")
    func circles() {
        var builder = ImageBuilder()
        builder.factoryName = "another"
        var bytes = builder.build()
        bytes.put32(1, at: Place.hash + 16)
        #expect(refusal(bytes)?.code == .noFactory)

        // A needed version that is its own successor: the steps are counted.
        builder = ImageBuilder()
        builder.setDynamic(0x6FFF_FFFE, UInt64(Place.code))
        bytes = builder.build()
        bytes.put32(16, at: Place.code + 8)
        bytes.put32(1, at: Place.code + 16 + 12)
        #expect(refusal(bytes)?.code == .notAPlugin)
    }

    @Test("refuses header fields that no linker writes")
    func header() {
        for (place, value) in [(54, UInt16(0)), (54, 55), (58, 0), (58, 63), (56, .max), (56, 5000), (62, 77)] {
            var bytes = ImageBuilder().build()
            bytes.put16(value, at: place)
            let code = refusal(bytes)?.code
            #expect(code == .notAPlugin || code == .incomplete, "\(value) at \(place)")
        }
        for offset: UInt64 in [.max, .max - 63, 1 << 63, 1 << 62] {
            for place in [32, 40] {
                var bytes = ImageBuilder().build()
                bytes.put64(offset, at: place)
                let code = refusal(bytes)?.code
                #expect(code == .notAPlugin || code == .incomplete, "\(offset) at \(place)")
            }
        }
    }

    @Test("reads the number of sections from the first section when the header says 0")
    func extendedNumbering() throws {
        var builder = ImageBuilder()
        builder.manifest = ImageBuilder.record(schemas: (2, 4))
        var bytes = builder.build()
        bytes.put16(0, at: 60)
        bytes.put16(.max, at: 62)
        let first = Int(try #require(ELFBytes(bytes).word64(at: 40)))
        bytes.put64(4, at: first + 32)
        bytes.put32(2, at: first + 40)
        #expect(try ImageInspector.inspect(bytes, path: "x").manifest?.stateSchemaMaximum == 4)

        bytes.put64(.max, at: first + 32)
        #expect(refusal(bytes)?.code == .notAPlugin)
        bytes.put64(1 << 32, at: first + 32)
        #expect(refusal(bytes)?.code == .notAPlugin)
        bytes.put64(1 << 16, at: first + 32)
        #expect(refusal(bytes)?.code == .incomplete)
    }
}
