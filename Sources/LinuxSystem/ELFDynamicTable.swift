/// The dynamic section: what the dynamic linker is told about an image.
package struct ELFDynamicTable: Sendable {
    /// The entries that this package reads, by their number.
    package enum Tag: UInt64, Sendable {
        case needed = 1
        case procedureRelocationsSize = 2
        case hash = 4
        case strings = 5
        case symbols = 6
        case relocations = 7
        case relocationsSize = 8
        case relocationSize = 9
        case stringsSize = 10
        case symbolSize = 11
        case initialiser = 12
        case finaliser = 13
        case name = 14
        case searchPath = 15
        case shortRelocations = 17
        case procedureRelocationKind = 20
        case procedureRelocations = 23
        case initialisers = 25
        case finalisers = 26
        case initialisersSize = 27
        case finalisersSize = 28
        case runPath = 29
        case relativeRelocationsSize = 35
        case relativeRelocations = 36
        case relativeRelocationSize = 37
        case gnuHash = 0x6FFF_FEF5
        case symbolVersions = 0x6FFF_FFF0
        case flags = 0x6FFF_FFFB
        case definedVersions = 0x6FFF_FFFC
        case neededVersions = 0x6FFF_FFFE
    }

    /// Each tag that there is, once; where it stands twice the last value counts, as for the dynamic linker.
    private let entries: [(tag: Tag, value: UInt64)]
    /// Where the names of needed libraries stand among the strings.
    let neededNames: [UInt64]

    /// Reads the section up to its end mark, from where the dynamic linker will see it.
    package init(_ image: ELFImage) throws(ELFError) {
        guard let segment = image.segments.last(where: { $0.kind == .dynamic }) else { throw .noDynamicSection }
        guard let start = image.offset(ofAddress: segment.address, count: segment.memorySize) else {
            throw .outsideSegments(what: "dynamic section")
        }
        var entries: [(tag: Tag, value: UInt64)] = []
        var neededNames: [UInt64] = []
        var place = start
        let end = start + segment.memorySize
        while true {
            guard end - place >= 16, let number = image.bytes.word64(at: place),
                let value = image.bytes.word64(at: place + 8)
            else { throw .noDynamicSection }
            if number == 0 { break }
            if let tag = Tag(rawValue: number) {
                if tag == .needed {
                    neededNames.append(value)
                } else if let known = entries.firstIndex(where: { $0.tag == tag }) {
                    entries[known].value = value
                } else {
                    entries.append((tag, value))
                }
            }
            place += 16
        }
        self.entries = entries
        self.neededNames = neededNames
    }

    package subscript(tag: Tag) -> UInt64? { entries.first { $0.tag == tag }?.value }

    /// Whether the image is a program that was linked to run at any address.
    package var isProgram: Bool { (self[.flags] ?? 0) & 0x0800_0000 != 0 }

    /// Whether the linker was told that the image must not be opened by a running program.
    package var forbidsOpening: Bool { (self[.flags] ?? 0) & 0x40 != 0 }
}

extension ELFImage {
    /// A text out of the dynamic strings.
    func dynamicString(_ index: UInt64, _ table: ELFDynamicTable) -> String? {
        guard let start = table[.strings], let size = table[.stringsSize], index < size,
            let offset = offset(ofAddress: start, count: size)
        else { return nil }
        // No path is longer; a file that lies could make each of its names as long as itself.
        return bytes.string(at: offset + index, limit: min(size - index, 4096))
    }

    /// The libraries that the image needs, by the names that it gives them; none if it has no dynamic section.
    package var neededLibraries: [String] {
        guard let table = try? ELFDynamicTable(self) else { return [] }
        // A file that lies could name one long text many times.
        return table.neededNames.prefix(4096).compactMap { dynamicString($0, table) }
    }
}
