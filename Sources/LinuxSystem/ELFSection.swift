/// A section header: a named part of the file.
package struct ELFSection: Hashable, Sendable {
    /// How many bytes a section header has.
    package static let headerSize: UInt64 = 64

    /// What a section holds, as in `sh_type`.
    package struct Kind: RawRepresentable, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        package static let unused = Kind(rawValue: 0)
        package static let symbols = Kind(rawValue: 2)
        package static let strings = Kind(rawValue: 3)
        package static let note = Kind(rawValue: 7)
        /// Takes no room in the file.
        package static let zeros = Kind(rawValue: 8)
        package static let dynamicSymbols = Kind(rawValue: 11)
    }

    /// Where the name stands among the names of sections.
    package let nameOffset: UInt32
    package let kind: Kind
    package let address: UInt64
    package let offset: UInt64
    package let size: UInt64
    /// The section that this one refers to: the names, if this one holds symbols.
    package let link: UInt32
    /// What more the kind tells.
    package let info: UInt32

    package init?(_ bytes: ELFBytes, at place: UInt64) {
        guard bytes.range(at: place, count: Self.headerSize) != nil else { return nil }
        nameOffset = bytes.word32(at: place) ?? 0
        kind = Kind(rawValue: bytes.word32(at: place + 4) ?? 0)
        address = bytes.word64(at: place + 16) ?? 0
        offset = bytes.word64(at: place + 24) ?? 0
        size = bytes.word64(at: place + 32) ?? 0
        link = bytes.word32(at: place + 40) ?? 0
        info = bytes.word32(at: place + 44) ?? 0
    }

    /// Whether the section's contents are bytes of the file.
    package var isInFile: Bool { kind != .zeros && kind != .unused && size > 0 }
}
