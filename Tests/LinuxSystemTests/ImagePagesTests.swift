import Glibc
import TestSupport
import Testing

@testable import LinuxSystem

@Suite("The pages of images", .timeLimit(.minutes(10)))
struct ImagePagesTests {
    @Test("are the whole pages of parts that are never written to")
    func parts() {
        func parts(_ segments: (Range<UInt>, isWritable: Bool)...) -> [Range<UInt>] {
            ImagePages.parts(
                of: segments.map { ImageSegment(addresses: $0.0, isWritable: $0.isWritable) },
                pageSize: 0x1000
            )
        }
        #expect(parts((0x1000..<0x3000, false)) == [0x1000..<0x3000])
        // What shares a page with something else stays.
        #expect(parts((0x1001..<0x3fff, false)) == [0x2000..<0x3000])
        #expect(parts((0x1001..<0x2fff, false), (0x1000..<0x1000, false), (0x1000..<0x1fff, false)) == [])
        #expect(parts((0x1000..<0x3000, true), (0x4000..<0x5000, false)) == [0x4000..<0x5000])
        // The end of the address space.
        #expect(parts((UInt.max - 0xfff..<UInt.max, false)) == [])
    }

    @Test("tell whether they are as in their file")
    func entries() {
        let (present, swapped, ofFile, other) = (UInt64(1) << 63, UInt64(1) << 62, UInt64(1) << 61, UInt64(1) << 55 | 7)
        #expect(PageEntry(bits: present | ofFile | other).isUnchanged)
        // A copy that was written to; one that was swapped; none.
        #expect(!PageEntry(bits: present | other).isUnchanged)
        #expect(!PageEntry(bits: swapped | ofFile).isUnchanged)
        #expect(!PageEntry(bits: 0).isUnchanged)
    }

    @Test("are let go in rows, and a row ends where a page is to stay")
    func rows() {
        func rows(_ text: String) -> [Range<Int>] {
            PageEntry.unchanged(text.map { PageEntry(bits: $0 == "x" ? 5 << 61 : 1 << 63) })
        }
        #expect(rows("") == [])
        #expect(rows("...") == [])
        #expect(rows("xxx") == [0..<3])
        #expect(rows(".x.xx.") == [1..<2, 3..<5])
    }

    @Test(
        "come back when they are needed, but for those that were changed, which stay",
        .disabled(if: Sanitizer.isThread, "the thread sanitizer takes no note of writes to what is constant")
    )
    func comeBack() async {
        await #expect(processExitsWith: .success) {
            let size = sysconf(Int32(_SC_PAGESIZE))
            let segments = ImageSegment.all
            let part = try #require(segments.first { !$0.isWritable && $0.addresses.count > size }).addresses
            // The last byte of an image's mark means nothing; it is changed as a debugger changes code.
            let place = try #require(UnsafeMutablePointer<UInt8>(bitPattern: part.lowerBound + 15))
            let page = try #require(UnsafeMutableRawPointer(bitPattern: part.lowerBound))
            #expect(place.pointee == 0)
            #expect(mprotect(page, size, PROT_READ | PROT_WRITE | PROT_EXEC) == 0)
            place.pointee = 7
            #expect(mprotect(page, size, PROT_READ | PROT_EXEC) == 0)

            let pages = ImagePages(of: segments)
            #expect(pages.letGo() > 100 * size)
            #expect(place.pointee == 7)
            // What has just run is back, and can go again.
            #expect(pages.letGo() > 0)
            #expect(place.pointee == 7)
        }
    }
}
