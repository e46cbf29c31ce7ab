/// A program header: a part of the file that is loaded, or that tells the loader something.
package struct ELFSegment: Hashable, Sendable {
    /// How many bytes a program header has.
    package static let headerSize: UInt64 = 56

    /// What a segment is for.
    package enum Kind: UInt32, Sendable {
        case load = 1
        case dynamic = 2
        case interpreter = 3
        case note = 4
        case programHeaders = 6
        case threadLocal = 7
        case unwinding = 0x6474_E550
        case readOnlyAfterRelocation = 0x6474_E552
        case properties = 0x6474_E553
    }

    /// `nil` for what the dynamic linker passes over.
    package let kind: Kind?
    package let isExecutable: Bool
    package let offset: UInt64
    package let address: UInt64
    package let fileSize: UInt64
    package let memorySize: UInt64
    package let alignment: UInt64

    package init?(_ bytes: ELFBytes, at place: UInt64) {
        guard bytes.range(at: place, count: Self.headerSize) != nil else { return nil }
        kind = Kind(rawValue: bytes.word32(at: place) ?? 0)
        isExecutable = (bytes.word32(at: place + 4) ?? 0) & 1 != 0
        offset = bytes.word64(at: place + 8) ?? 0
        address = bytes.word64(at: place + 16) ?? 0
        fileSize = bytes.word64(at: place + 32) ?? 0
        memorySize = bytes.word64(at: place + 40) ?? 0
        alignment = bytes.word64(at: place + 48) ?? 0
    }

    /// Whether so many bytes from an address on come from the file.
    package func holds(_ place: UInt64, count: UInt64) -> Bool {
        place >= address && place - address <= fileSize && count <= fileSize - (place - address)
    }

    /// Whether so many bytes from an address on are in memory, from the file or as zeros.
    package func occupies(_ place: UInt64, count: UInt64) -> Bool {
        place >= address && place - address <= memorySize && count <= memorySize - (place - address)
    }
}
