internal import CLinux

/// A part of a program or of a library that is mapped into this process.
package struct ImageSegment: Hashable, Sendable {
    /// The addresses of its bytes, which need not fill whole pages.
    package var addresses: Range<UInt>
    /// Whether the process may write to it, though only until the dynamic linker is done with it.
    package var isWritable: Bool

    package init(addresses: Range<UInt>, isWritable: Bool) {
        self.addresses = addresses
        self.isWritable = isWritable
    }

    /// Those of the program and of all libraries that are mapped now.
    package static var all: [ImageSegment] {
        let count = clinux_image_segments(nil, 0)
        var segments = [clinux_segment_t](repeating: clinux_segment_t(), count: Int(count))
        // What another thread maps in between is left out, and nothing is ever taken away.
        _ = unsafe segments.withUnsafeMutableBufferPointer { unsafe clinux_image_segments($0.baseAddress, count) }
        return segments.map { segment in
            let start = UInt(segment.start)
            return ImageSegment(
                addresses: start..<start + UInt(segment.size),
                isWritable: segment.flags & CLINUX_PF_W != 0
            )
        }
    }
}
