internal import CDigest

/// The SHA-256 of some bytes: the name of a content.
package struct SHA256: Hashable, Sendable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Computes the digest of the bytes.
    package init(of bytes: UnsafeRawBufferPointer) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe withUnsafeMutableBytes(of: &words) { digest in
            if let start = digest.baseAddress {
                unsafe cdigest_sha256(
                    bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    UInt64(bytes.count),
                    start.assumingMemoryBound(to: UInt8.self)
                )
            }
        }
        self.words = words
    }

    /// Computes the digest of the bytes.
    package init(of bytes: [UInt8]) {
        self = unsafe bytes.withUnsafeBytes { unsafe SHA256(of: $0) }
    }

    /// The digest as 32 bytes.
    package var bytes: [UInt8] {
        unsafe withUnsafeBytes(of: words) { unsafe Array($0) }
    }

    /// The digest as 64 hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package static func == (left: SHA256, right: SHA256) -> Bool {
        left.words == right.words
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
