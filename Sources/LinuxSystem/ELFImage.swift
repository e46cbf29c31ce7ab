/// The bytes of a complete 64-bit ELF file, read without trust.
///
/// Whatever the bytes say, reading them ends, stays inside of the file and takes no more memory than the file does.
package struct ELFImage: Sendable {
    /// More program headers than this no linker writes; a bound keeps each look-up of an address short.
    private static let mostSegments: UInt64 = 1024
    /// Shared objects have less than a hundred sections, object files may have one for each function.
    private static let mostSections: UInt64 = 1 << 20

    package let bytes: ELFBytes
    package let header: ELFHeader
    package let segments: [ELFSegment]
    package let sections: [ELFSection]
    /// Those of the segments that are loaded.
    package let loaded: [ELFSegment]
    private let sectionNames: ELFSection?

    /// Reads the tables of the file; an image that exists is complete.
    package init(_ storage: [UInt8]) throws(ELFError) {
        let bytes = ELFBytes(storage)
        let header = try ELFHeader(bytes)
        guard header.isLittleEndian else { throw .wrongByteOrder(header) }
        guard header.bits == 64 else { throw .wrongClass(header) }

        // The first section holds the numbers that are too large for the header.
        let first = try Self.firstSection(of: header, bytes)
        let sections = try Self.sections(of: header, first: first, bytes)
        let segments = try Self.segments(of: header, first: first, bytes)
        let nameIndex = header.sectionNameIndex == .max ? first?.link ?? 0 : UInt32(header.sectionNameIndex)
        guard nameIndex == 0 || nameIndex < sections.count else {
            throw .badHeader(field: "e_shstrndx", value: UInt64(nameIndex))
        }
        sectionNames = nameIndex == 0 ? nil : sections[Int(nameIndex)]
        self.bytes = bytes
        self.header = header
        self.sections = sections
        self.segments = segments
        loaded = segments.filter { $0.kind == .load }

        var end: UInt64 = 0
        for segment in segments where segment.kind == .load {
            end = max(end, try Self.sum(segment.offset, segment.fileSize, "segment"))
        }
        for section in sections where section.isInFile {
            end = max(end, try Self.sum(section.offset, section.size, "section"))
        }
        guard end <= bytes.count else { throw .truncated(missing: end - bytes.count) }
    }

    private static func firstSection(of header: ELFHeader, _ bytes: ELFBytes) throws(ELFError) -> ELFSection? {
        guard header.sectionHeaderOffset != 0 else { return nil }
        guard header.sectionHeaderSize == ELFSection.headerSize else {
            throw .badHeader(field: "e_shentsize", value: UInt64(header.sectionHeaderSize))
        }
        let end = try sum(
            header.sectionHeaderOffset,
            UInt64(max(1, header.sectionHeaderCount)) * ELFSection.headerSize,
            "section header table"
        )
        guard end <= bytes.count else { throw .truncated(missing: end - bytes.count) }
        return ELFSection(bytes, at: header.sectionHeaderOffset)
    }

    private static func sections(
        of header: ELFHeader,
        first: ELFSection?,
        _ bytes: ELFBytes
    ) throws(ELFError) -> [ELFSection] {
        guard let first else { return [] }
        let count = header.sectionHeaderCount == 0 ? first.size : UInt64(header.sectionHeaderCount)
        guard count <= mostSections else { throw .badHeader(field: "e_shnum", value: count) }
        return try table("section header table", at: header.sectionHeaderOffset, count, ELFSection.headerSize, bytes) {
            ELFSection(bytes, at: $0)
        }
    }

    private static func segments(
        of header: ELFHeader,
        first: ELFSection?,
        _ bytes: ELFBytes
    ) throws(ELFError) -> [ELFSegment] {
        let count = header.programHeaderCount == .max ? UInt64(first?.info ?? 0) : UInt64(header.programHeaderCount)
        guard count > 0 else { return [] }
        guard header.programHeaderSize == ELFSegment.headerSize else {
            throw .badHeader(field: "e_phentsize", value: UInt64(header.programHeaderSize))
        }
        guard count <= mostSegments else { throw .badHeader(field: "e_phnum", value: count) }
        return try table("program header table", at: header.programHeaderOffset, count, ELFSegment.headerSize, bytes) {
            ELFSegment(bytes, at: $0)
        }
    }

    /// Reads entries one after another, having made sure that all of them are in the file.
    private static func table<Entry>(
        _ name: String,
        at offset: UInt64,
        _ count: UInt64,
        _ size: UInt64,
        _ bytes: ELFBytes,
        _ entry: (UInt64) -> Entry?
    ) throws(ELFError) -> [Entry] {
        let (total, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow else { throw .wrapped(what: name) }
        let end = try sum(offset, total, name)
        guard end <= bytes.count else { throw .truncated(missing: end - bytes.count) }
        var entries: [Entry] = []
        entries.reserveCapacity(Int(count))
        for index in 0..<count {
            if let read = entry(offset + index * size) { entries.append(read) }
        }
        return entries
    }

    private static func sum(_ offset: UInt64, _ size: UInt64, _ what: String) throws(ELFError) -> UInt64 {
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(Int64.max) else { throw .wrapped(what: what) }
        return end
    }
}

// MARK: - Sections

extension ELFImage {
    /// The name of a section.
    package func name(of section: ELFSection) -> String? {
        guard let names = sectionNames, names.isInFile, UInt64(section.nameOffset) < names.size else { return nil }
        return bytes.string(at: names.offset + UInt64(section.nameOffset))
    }

    /// The first section of that name.
    package func section(named name: StaticString) -> ELFSection? {
        guard let names = sectionNames, names.isInFile else { return nil }
        return sections.first { section in
            UInt64(section.nameOffset) < names.size
                && bytes.hasString(name, at: names.offset + UInt64(section.nameOffset))
        }
    }

    /// The bytes of a section; none if the section takes no room in the file.
    package func contents(of section: ELFSection) -> ArraySlice<UInt8> {
        guard section.isInFile, let range = bytes.range(at: section.offset, count: section.size) else { return [] }
        return bytes.storage[range]
    }
}

// MARK: - Addresses

extension ELFImage {
    /// Where in the file so many bytes from an address on come from; `nil` if they don't come from it.
    package func offset(ofAddress address: UInt64, count: UInt64 = 1) -> UInt64? {
        guard let segment = loaded.first(where: { $0.holds(address, count: count) }) else { return nil }
        return segment.offset + (address - segment.address)
    }

    /// The eight bytes at an address, as the file has them before relocation.
    package func word64(atAddress address: UInt64) -> UInt64? {
        offset(ofAddress: address, count: 8).flatMap { bytes.word64(at: $0) }
    }

    /// How much memory the image takes when it is loaded, in whole pages of 4 KiB.
    package var mappedSize: Int {
        var total: UInt64 = 0
        for segment in loaded {
            let start = segment.address & ~4095
            let (end, overflow) = segment.address.addingReportingOverflow(segment.memorySize)
            let size = overflow ? UInt64.max : (end - start)
            let (sum, carried) = total.addingReportingOverflow(size > .max - 4095 ? size : (size + 4095) & ~4095)
            total = carried ? .max : sum
        }
        return Int(clamping: total)
    }

    /// The GNU build id in hexadecimal digits, if the linker left one.
    package var buildID: String? {
        for segment in segments.lazy.filter({ $0.kind == .note }).prefix(64) {
            if let found = buildID(inNotesAt: segment.offset, count: segment.fileSize) { return found }
        }
        for section in sections.lazy.filter({ $0.kind == .note }).prefix(64) {
            if let found = buildID(inNotesAt: section.offset, count: section.size) { return found }
        }
        return nil
    }

    private func buildID(inNotesAt offset: UInt64, count: UInt64) -> String? {
        // Notes are a few hundred bytes; the bound is for files that lie.
        guard let range = bytes.range(at: offset, count: count), range.count <= 65_536 else { return nil }
        var place = UInt64(range.lowerBound)
        let end = UInt64(range.upperBound)
        while place + 12 <= end {
            guard let nameSize = bytes.word32(at: place), let size = bytes.word32(at: place + 4),
                let kind = bytes.word32(at: place + 8)
            else { return nil }
            let content = place + 12 + (UInt64(nameSize) + 3) & ~3
            if kind == 3, nameSize == 4, bytes.hasString("GNU", at: place + 12), (1...64).contains(size),
                content + UInt64(size) <= end, let id = bytes.range(at: content, count: UInt64(size))
            {
                let digits = Array("0123456789abcdef".utf8)
                let text = bytes.storage[id].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
                return String(decoding: text, as: UTF8.self)
            }
            place = content + (UInt64(size) + 3) & ~3
        }
        return nil
    }
}
