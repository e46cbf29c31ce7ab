package import LinuxSystem

/// Tells a file that is still being written from one that is all there, by its first few hundred bytes.
package enum ImageCompleteness {
    /// How much of a file has all that is looked at, as linkers write it.
    private static let usualHeaders = 2048

    /// Whether the file is as long as its own header says.
    ///
    /// A file that is no ELF file counts as complete: the inspection refuses it for what it is. A file that is empty, or that
    /// has only the beginning of an ELF header, does not.
    package static func isComplete(_ descriptor: borrowing OwnedFileDescriptor) throws(SystemCallError) -> Bool {
        let size = UInt64(clamping: try descriptor.status().size)
        let header: ELFHeader
        let beginning = try descriptor.read(at: 0, upTo: usualHeaders)
        do throws(ELFError) {
            header = try ELFHeader(ELFBytes(beginning))
        } catch {
            if case .truncated = error { return false }
            return !beginning.isEmpty
        }
        guard header.bits == 64, header.isLittleEndian else { return true }

        let count = max(1, UInt64(header.sectionHeaderCount))
        let table = count * ELFSection.headerSize
        if header.sectionHeaderOffset != 0 {
            guard header.sectionHeaderOffset <= size, size - header.sectionHeaderOffset >= table else { return false }
        }
        // A linker may write the section headers before the rest; more segments than these no linker makes.
        let segments = UInt64(min(header.programHeaderCount, 64))
        guard segments > 0, header.programHeaderSize == ELFSegment.headerSize else { return true }
        let wanted = segments * ELFSegment.headerSize
        guard header.programHeaderOffset <= size, size - header.programHeaderOffset >= wanted else { return false }
        var (headers, start) = (beginning, header.programHeaderOffset)
        if start + wanted > UInt64(beginning.count) {
            (headers, start) = (try descriptor.read(at: Int64(start), upTo: Int(wanted)), 0)
        }
        let bytes = ELFBytes(headers)
        for index in 0..<segments {
            guard let segment = ELFSegment(bytes, at: start + index * ELFSegment.headerSize), segment.kind == .load
            else {
                continue
            }
            guard segment.offset <= size, size - segment.offset >= segment.fileSize else { return false }
        }
        return true
    }
}
