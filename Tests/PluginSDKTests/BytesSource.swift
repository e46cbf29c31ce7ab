import CPluginABI

/// A source that gives its bytes in pieces, and may lie.
final class BytesSource {
    private let bytes: [UInt8]
    private let pieceSize: Int
    private let claimedSize: UInt64
    private let claimsOverrun: Bool
    private var position = 0

    init(_ bytes: [UInt8], pieceSize: Int = .max, claimedSize: UInt64? = nil, claimsOverrun: Bool = false) {
        self.bytes = bytes
        self.pieceSize = pieceSize
        self.claimedSize = claimedSize ?? UInt64(bytes.count)
        self.claimsOverrun = claimsOverrun
    }

    func lend<Result>(_ body: (UnsafePointer<ph_source_v1_t>) -> Result) -> Result {
        position = 0
        var source = ph_source_v1_t(
            context: Unmanaged.passUnretained(self).toOpaque(),
            size: claimedSize,
            read: { context, start, capacity in
                guard let context else { return 0 }
                return Unmanaged<BytesSource>.fromOpaque(context).takeUnretainedValue().read(start, capacity)
            }
        )
        return withExtendedLifetime(self) { body(&source) }
    }

    private func read(_ start: UnsafeMutablePointer<UInt8>, _ capacity: UInt64) -> UInt64 {
        if claimsOverrun { return capacity + 1 }
        let count = min(Int(capacity), pieceSize, bytes.count - position)
        for offset in 0..<count { start[offset] = bytes[position + offset] }
        position += count
        return UInt64(count)
    }
}
