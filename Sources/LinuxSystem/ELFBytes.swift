internal import Glibc

/// The bytes of a file, read by place; outside of the file there is nothing.
///
/// Numbers are little-endian, as on every machine that this package runs on.
package struct ELFBytes: Sendable {
    /// The bytes themselves.
    package let storage: [UInt8]

    package init(_ storage: [UInt8]) {
        self.storage = storage
    }

    package var count: UInt64 { UInt64(storage.count) }

    /// The range of the bytes, if all of them are there.
    package func range(at offset: UInt64, count size: UInt64) -> Range<Int>? {
        guard offset <= count, size <= count - offset else { return nil }
        return Int(offset)..<Int(offset + size)
    }

    package func byte(at offset: UInt64) -> UInt8? {
        offset < count ? storage[Int(offset)] : nil
    }

    package func word16(at offset: UInt64) -> UInt16? {
        guard let range = range(at: offset, count: 2) else { return nil }
        return unsafe storage.withUnsafeBytes {
            unsafe UInt16(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt16.self))
        }
    }

    package func word32(at offset: UInt64) -> UInt32? {
        guard let range = range(at: offset, count: 4) else { return nil }
        return unsafe storage.withUnsafeBytes {
            unsafe UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt32.self))
        }
    }

    package func word64(at offset: UInt64) -> UInt64? {
        guard let range = range(at: offset, count: 8) else { return nil }
        return unsafe storage.withUnsafeBytes {
            unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self))
        }
    }

    /// The text from a place up to its zero byte; `nil` if it is longer than the limit or runs out of the file.
    package func string(at offset: UInt64, limit: UInt64 = 4096) -> String? {
        guard offset < count else { return nil }
        let longest = Int(min(limit, count - offset))
        return unsafe storage.withUnsafeBytes { bytes -> String? in
            let candidate = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(offset) + longest])
            guard let end = unsafe candidate.firstIndex(of: 0) else { return nil }
            return unsafe String(decoding: candidate[..<end], as: UTF8.self)
        }
    }

    /// Whether exactly this text, with its zero byte, stands at a place.
    package func hasString(_ text: StaticString, at offset: UInt64) -> Bool {
        let size = UInt64(text.utf8CodeUnitCount)
        guard let range = range(at: offset, count: size + 1) else { return false }
        return unsafe storage.withUnsafeBytes { bytes in
            guard unsafe bytes[range.upperBound - 1] == 0, let start = bytes.baseAddress else { return false }
            return unsafe memcmp(start + range.lowerBound, text.utf8Start, Int(size)) == 0
        }
    }
}
