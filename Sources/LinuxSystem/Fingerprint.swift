internal import CDigest

/// A number that differs for most contents that differ, for a tenth of what a digest costs.
///
/// Whoever chooses the contents can make two with the same one: equal fingerprints say nothing.
package struct Fingerprint: Hashable, Sendable {
    private let number: UInt64

    /// Computes the fingerprint of the bytes.
    package init(of bytes: [UInt8]) {
        number = unsafe bytes.withUnsafeBufferPointer {
            unsafe cdigest_fingerprint($0.baseAddress, UInt64($0.count))
        }
    }
}
