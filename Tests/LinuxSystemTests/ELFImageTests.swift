import CLinux
import Glibc
import LinuxSystem
import Testing

@Suite("An ELF image, read from its bytes")
struct ELFImageTests {
    /// The path of the C library that this process has mapped: a real, large and unusual image.
    private static func systemLibrary() throws -> String {
        let maps = String(
            decoding: try OwnedFileDescriptor.open("/proc/self/maps", flags: O_RDONLY).readToEnd(),
            as: UTF8.self
        )
        let line = try #require(maps.split(separator: "\n").first { $0.hasSuffix("/libc.so.6") })
        return String(line[try #require(line.firstIndex(of: "/"))...])
    }

    private static func readSystemLibrary() throws -> ELFImage {
        try ELFImage(OwnedFileDescriptor.open(systemLibrary(), flags: O_RDONLY).readToEnd())
    }

    @Test("tells what the machine's C library is")
    func header() throws {
        let image = try Self.readSystemLibrary()
        #expect(image.header.machine == .host)
        #expect(image.header.bits == 64)
        #expect(image.header.isLittleEndian)
        #expect(image.header.kind == .sharedObject)
        #expect(image.loaded.count >= 2)
        #expect(image.mappedSize > 1 << 20)
        #expect((image.buildID?.count ?? 0) >= 16)
        let text = try #require(image.section(named: ".text"))
        #expect(image.name(of: text) == ".text")
        #expect(image.contents(of: text).count == Int(text.size))
        #expect(image.section(named: ".tex") == nil)
        #expect(image.section(named: ".texts") == nil)
    }

    @Test("finds what dlsym finds, and nothing else")
    func symbols() throws {
        let image = try Self.readSystemLibrary()
        let table = try ELFDynamicTable(image)
        #expect(!table.isProgram)
        for name: StaticString in ["malloc", "printf", "pthread_create", "dlopen", "open", "environ"] {
            let symbol = try #require(image.dynamicSymbol(name, table), "\(name)")
            #expect(symbol.isExported)
        }
        for name: StaticString in ["ph_plugin_factory", "mallo", "mallocs", "", "_"] {
            #expect(image.dynamicSymbol(name, table) == nil, "\(name)")
        }
        let malloc = try #require(image.dynamicSymbol("malloc", table))
        #expect(malloc.kind == .function)
        #expect(image.isCode(malloc.address))
        // The address is the one that the dynamic linker gives, less the image's base.
        var path: UnsafePointer<CChar>?
        var base: UnsafeRawPointer?
        let libraryHandle = try #require(dlopen(try Self.systemLibrary(), RTLD_NOW | RTLD_NOLOAD))
        let loaded = try #require(dlsym(libraryHandle, "malloc"))
        try #require(clinux_address_info(loaded, &path, &base) == 1)
        #expect(UInt64(UInt(bitPattern: loaded) - UInt(bitPattern: base)) == malloc.address)
        #expect(throws: Never.self) { try image.checkLoading(table) }
    }

    @Test("reads what an address holds, and nothing outside")
    func addresses() throws {
        let image = try Self.readSystemLibrary()
        let first = try #require(image.loaded.first)
        let last = try #require(image.loaded.last)
        #expect(image.word64(atAddress: first.address) == image.bytes.word64(at: first.offset))
        #expect(image.word64(atAddress: last.address + last.memorySize) == nil)
        #expect(image.word64(atAddress: .max) == nil)
        #expect(image.word64(atAddress: .max - 7) == nil)
        #expect(image.offset(ofAddress: first.address, count: .max) == nil)
        #expect(image.offset(ofAddress: first.address, count: first.fileSize) == first.offset)
    }

    @Test("names the program of this process as a program, or its needs")
    func program() throws {
        let image = try ELFImage(OwnedFileDescriptor.open("/proc/self/exe", flags: O_RDONLY).readToEnd())
        let table = try ELFDynamicTable(image)
        #expect(table.isProgram || image.header.kind == .executable)
        #expect(image.neededLibraries.contains("libc.so.6"))
    }

    @Test("refuses every beginning of a header for the right reason")
    func beginnings() {
        let header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 57)
        for count in 1..<64 {
            #expect(throws: ELFError.truncated(missing: UInt64(64 - count))) {
                try ELFImage(Array(header.prefix(count)))
            }
        }
        #expect(throws: ELFError.notELF) { try ELFImage([]) }
        #expect(throws: ELFError.notELF) { try ELFImage(Array("GIF89a".utf8)) }
        #expect(throws: Never.self) { try ELFImage(header) }
        for (place, value) in [(4, UInt8(0)), (4, 3), (5, 0), (5, 9)] {
            var bytes = header
            bytes[place] = value
            #expect(throws: ELFError.self) { try ELFImage(bytes) }
        }
    }

    @Test("an image without anything has nothing, and says so")
    func empty() throws {
        let image = try ELFImage([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 57))
        #expect(image.sections.isEmpty && image.segments.isEmpty)
        #expect(image.buildID == nil)
        #expect(image.mappedSize == 0)
        #expect(image.neededLibraries.isEmpty)
        #expect(image.section(named: ".text") == nil)
        #expect(!image.definesLocally("main"))
        #expect(throws: ELFError.noDynamicSection) { try ELFDynamicTable(image) }
    }
}
