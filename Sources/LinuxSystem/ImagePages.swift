internal import Glibc

/// The pages of programs and libraries that nothing writes to: this process can let go of them, and gets them back from
/// their files as it touches them.
///
/// Most of what a library has in memory was needed once, by the dynamic linker or at the start.
package struct ImagePages: Sendable {
    /// Whole pages, in addresses.
    private let parts: [Range<UInt>]

    /// Those of images that have to stay mapped for as long as the process lives.
    ///
    /// Memory that took the place of one of them would lose what is in it.
    package init(of segments: [ImageSegment]) {
        parts = Self.parts(of: segments, pageSize: Self.pageSize)
    }

    /// The whole pages of those parts that are never written to.
    static func parts(of segments: [ImageSegment], pageSize: UInt) -> [Range<UInt>] {
        segments.compactMap { segment in
            // The dynamic linker has written to the others, even to those that are closed afterwards.
            guard !segment.isWritable else { return nil }
            let (page, rest) = segment.addresses.lowerBound.quotientAndRemainder(dividingBy: pageSize)
            let pages = (first: rest == 0 ? page : page + 1, end: segment.addresses.upperBound / pageSize)
            return pages.first < pages.end ? pages.first * pageSize..<pages.end * pageSize : nil
        }
    }

    /// Lets go of the pages that are in memory as they are in their files; all threads may run meanwhile.
    ///
    /// A page that was changed all the same, by a debugger's breakpoint or by who patches code, stays. One that is changed
    /// in the microseconds after the look at it loses the change.
    ///
    /// - Returns: How many bytes; 0 where the kernel does not tell of pages.
    package func letGo() -> Int {
        guard let table = try? OwnedFileDescriptor.open("/proc/self/pagemap", flags: O_RDONLY) else { return 0 }
        return parts.reduce(0) { $0 + Self.letGo($1, table) }
    }

    private static func letGo(_ part: Range<UInt>, _ table: borrowing OwnedFileDescriptor) -> Int {
        var sum = 0
        var start = part.lowerBound
        while start < part.upperBound {
            let count = min((part.upperBound - start) / pageSize, 512)
            guard let entries = PageEntry.read(table, from: start / pageSize, count: Int(count)) else { break }
            for run in PageEntry.unchanged(entries) {
                let address = unsafe UnsafeMutableRawPointer(bitPattern: start + UInt(run.lowerBound) * pageSize)
                let size = run.count * Int(pageSize)
                // Memory that is locked stays.
                if unsafe madvise(address, size, MADV_DONTNEED) == 0 { sum += size }
            }
            start += count * pageSize
        }
        return sum
    }

    private static let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))
}
