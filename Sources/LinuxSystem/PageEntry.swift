/// What the kernel tells of a page in `/proc/self/pagemap`.
struct PageEntry: Hashable, Sendable {
    private static let size = MemoryLayout<UInt64>.size

    let bits: UInt64

    /// Whether the page is in memory, and is the file's own: one that was written to is a copy, and no file's.
    var isUnchanged: Bool {
        let (isPresent, isOfFile) = (bits >> 63 & 1 == 1, bits >> 61 & 1 == 1)
        return isPresent && isOfFile
    }

    /// The places of pages in a row that are in memory as they are in their file.
    static func unchanged(_ entries: [PageEntry]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, entry) in entries.enumerated() where entry.isUnchanged {
            if let last = runs.last, last.upperBound == index {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    /// Reads the entries of so many pages from the one of this number on; `nil` where the kernel does not tell.
    static func read(_ table: borrowing OwnedFileDescriptor, from page: UInt, count: Int) -> [PageEntry]? {
        guard let bytes = try? table.read(at: Int64(page) * Int64(size), upTo: count * size),
            bytes.count == count * size
        else { return nil }
        return unsafe bytes.withUnsafeBytes { bytes in
            (0..<count).map { unsafe PageEntry(bits: bytes.loadUnaligned(fromByteOffset: $0 * size, as: UInt64.self)) }
        }
    }
}
