import LinuxSystem

/// Builds the bytes of a small shared object, right in every field until one is made wrong.
struct ImageBuilder {
    /// Where the parts are in the file, which is also where they are in memory.
    enum Place {
        static let programHeaders = 64
        static let load = programHeaders
        static let dynamicHeader = programHeaders + 56
        static let noteHeader = programHeaders + 2 * 56
        static let spareHeader = programHeaders + 3 * 56
        static let symbols = 0x140
        static let strings = 0x180
        static let hash = 0x1C0
        static let relocations = 0x1E0
        static let dynamic = 0x200
        static let note = 0x300
        static let code = 0x340
        static let manifest = 0x380
    }

    var wordSize: UInt8 = 2
    var byteOrder: UInt8 = 1
    var kind: UInt16 = 3
    var machine = ELFMachine.host.rawValue
    var factoryName = "ph_plugin_factory"
    /// Global, function.
    var factoryInfo: UInt8 = 0x12
    var factoryVisibility: UInt8 = 0
    var factorySection: UInt16 = 1
    var manifest: [UInt8]? = nil
    var dynamic: [(tag: UInt64, value: UInt64)] = [
        (5, UInt64(Place.strings)), (10, 0x40), (6, UInt64(Place.symbols)), (11, 24), (4, UInt64(Place.hash)),
        (7, UInt64(Place.relocations)), (8, 24), (9, 24),
    ]

    static func record(
        magic: UInt32 = 0x314D_4850,
        size: UInt32 = 32,
        major: UInt32 = 1,
        minor: UInt32 = 0,
        swift: UInt32 = 0,
        flags: UInt32 = 0,
        schemas: (UInt32, UInt32) = (0, 0)
    ) -> [UInt8] {
        [magic, size, major, minor, swift, flags, schemas.0, schemas.1].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
    }

    /// Changes, adds or takes away an entry of the dynamic section.
    mutating func setDynamic(_ tag: UInt64, _ value: UInt64?) {
        dynamic.removeAll { $0.tag == tag }
        if let value { dynamic.append((tag, value)) }
    }

    func build() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Place.manifest)
        bytes.append(contentsOf: manifest ?? [])
        let loadedSize = bytes.count
        let names = Array("\0.text\0ph_manifest\0.shstrtab\0".utf8)
        let namesPlace = bytes.count
        bytes.append(contentsOf: names)
        while bytes.count % 8 != 0 { bytes.append(0) }
        let sectionHeaders = bytes.count
        bytes.append(contentsOf: [UInt8](repeating: 0, count: 64 * (manifest == nil ? 3 : 4)))

        bytes.put([0x7F, 0x45, 0x4C, 0x46, wordSize, byteOrder, 1], at: 0)
        bytes.put16(kind, at: 16)
        bytes.put16(machine, at: 18)
        bytes.put32(1, at: 20)
        bytes.put64(UInt64(Place.programHeaders), at: 32)
        bytes.put64(UInt64(sectionHeaders), at: 40)
        bytes.put16(64, at: 52)
        bytes.put16(56, at: 54)
        bytes.put16(4, at: 56)
        bytes.put16(64, at: 58)
        bytes.put16(manifest == nil ? 3 : 4, at: 60)
        bytes.put16(2, at: 62)

        putSegment(&bytes, Place.load, kind: 1, flags: 7, start: 0, size: loadedSize, extra: 0x100, alignment: 4096)
        let dynamicSize = (dynamic.count + 1) * 16
        putSegment(&bytes, Place.dynamicHeader, kind: 2, flags: 6, start: Place.dynamic, size: dynamicSize)
        putSegment(&bytes, Place.noteHeader, kind: 4, flags: 4, start: Place.note, size: 24)

        let symbol = Place.symbols + 24
        bytes.put32(1, at: symbol)
        bytes.put([factoryInfo, factoryVisibility], at: symbol + 4)
        bytes.put16(factorySection, at: symbol + 6)
        bytes.put64(UInt64(Place.code), at: symbol + 8)
        bytes.put(Array(factoryName.utf8), at: Place.strings + 1)
        // One bucket, two symbols.
        for (index, word) in [UInt32(1), 2, 1, 0, 0].enumerated() { bytes.put32(word, at: Place.hash + index * 4) }
        bytes.put64(UInt64(Place.code + 32), at: Place.relocations)
        bytes.put64(1 << 32 | 1, at: Place.relocations + 8)
        for (index, entry) in dynamic.enumerated() {
            bytes.put64(entry.tag, at: Place.dynamic + index * 16)
            bytes.put64(entry.value, at: Place.dynamic + index * 16 + 8)
        }
        for (index, word) in [UInt32(4), 8, 3].enumerated() { bytes.put32(word, at: Place.note + index * 4) }
        bytes.put(Array("GNU\0".utf8) + [0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4], at: Place.note + 12)

        putSection(&bytes, sectionHeaders + 64, name: 1, kind: 1, start: Place.code, size: 16)
        putSection(&bytes, sectionHeaders + 128, name: 19, kind: 3, start: namesPlace, size: names.count)
        if let manifest {
            putSection(&bytes, sectionHeaders + 192, name: 7, kind: 1, start: Place.manifest, size: manifest.count)
        }
        return bytes
    }

    private func putSegment(
        _ bytes: inout [UInt8],
        _ place: Int,
        kind: UInt32,
        flags: UInt32,
        start: Int,
        size: Int,
        extra: Int = 0,
        alignment: UInt64 = 8
    ) {
        bytes.put32(kind, at: place)
        bytes.put32(flags, at: place + 4)
        for offset in [8, 16, 24] { bytes.put64(UInt64(start), at: place + offset) }
        bytes.put64(UInt64(size), at: place + 32)
        bytes.put64(UInt64(size + extra), at: place + 40)
        bytes.put64(alignment, at: place + 48)
    }

    private func putSection(_ bytes: inout [UInt8], _ place: Int, name: UInt32, kind: UInt32, start: Int, size: Int) {
        bytes.put32(name, at: place)
        bytes.put32(kind, at: place + 4)
        bytes.put64(UInt64(start), at: place + 16)
        bytes.put64(UInt64(start), at: place + 24)
        bytes.put64(UInt64(size), at: place + 32)
    }
}

extension [UInt8] {
    mutating func put(_ other: [UInt8], at place: Int) {
        for (index, byte) in other.enumerated() { self[place + index] = byte }
    }

    mutating func put16(_ value: UInt16, at place: Int) { putWord(UInt64(value), 2, at: place) }
    mutating func put32(_ value: UInt32, at place: Int) { putWord(UInt64(value), 4, at: place) }
    mutating func put64(_ value: UInt64, at place: Int) { putWord(value, 8, at: place) }

    private mutating func putWord(_ value: UInt64, _ size: Int, at place: Int) {
        for index in 0..<size { self[place + index] = UInt8(truncatingIfNeeded: value >> (index * 8)) }
    }
}
