internal import Glibc

/// Cuts a stream of bytes, however they arrive, into lines.
///
/// A line ends with a line feed, which is not part of it, and neither is a carriage return before it.
package struct LineSplitter {
    /// A line is longer than the limit; what follows can't be told apart any more.
    package struct TooLong: Error, Hashable {
        /// The longest line allowed, in bytes.
        package let limit: Int
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the next line starts.
    private var start = 0
    /// Up to where no line feed was found: no byte is looked at twice.
    private var searched = 0

    /// Creates a splitter for lines of at most that many bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    /// How many bytes were taken that belong to no line yet that was handed out.
    package var waiting: Int { bytes.count - start }

    /// Takes what has arrived.
    package mutating func append(_ more: [UInt8]) {
        if start > 0 {
            bytes.removeFirst(start)
            searched -= start
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole line, or `nil` if there is none yet.
    package mutating func next() throws(TooLong) -> [UInt8]? {
        guard let end = lineFeed() else {
            searched = bytes.count
            guard bytes.count - start <= limit else { throw TooLong(limit: limit) }
            return nil
        }
        let line = bytes[start..<end]
        start = end + 1
        searched = start
        guard line.count <= limit else { throw TooLong(limit: limit) }
        let result = Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        // The memory of a long line is not kept for the short ones after it.
        if start == bytes.count, bytes.capacity > 65_536 { (bytes, start, searched) = ([], 0, 0) }
        return result
    }

    /// Where the next line feed is; long messages come in many pieces, and this looks at each of their bytes.
    private func lineFeed() -> Int? {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let found = unsafe memchr(base + searched, CInt(UInt8(ascii: "\n")), buffer.count - searched)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// What came after the last line feed, when the stream has ended; `nil` if there is nothing.
    package mutating func rest() -> [UInt8]? {
        guard start < bytes.count else { return nil }
        defer {
            start = bytes.count
            searched = start
        }
        return Array(bytes[start...])
    }
}
