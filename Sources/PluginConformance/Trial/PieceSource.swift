internal import CPluginABI

/// Bytes of a state that are handed out in pieces of the checker's choice.
@safe
struct PieceSource {
    private let bytes: UnsafeRawBufferPointer
    private let pieces: [Int]
    private var position = 0
    private var turn = 0

    private init(_ bytes: UnsafeRawBufferPointer, _ pieces: [Int]) {
        unsafe self.bytes = bytes
        self.pieces = pieces
    }

    private mutating func read(_ destination: UnsafeMutablePointer<UInt8>, _ capacity: UInt64) -> UInt64 {
        var count = unsafe Int(min(capacity, UInt64(bytes.count - position)))
        if !pieces.isEmpty {
            count = min(count, pieces[turn % pieces.count])
            turn += 1
        }
        guard count > 0 else { return 0 }
        unsafe UnsafeMutableRawBufferPointer(start: destination, count: count)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
        position += count
        return UInt64(count)
    }

    /// Lends bytes as a source that gives these many at a time, in turn; as many as there is room for if there are no sizes.
    static func lend<Result>(
        _ bytes: [UInt8],
        pieces: [Int],
        _ body: (UnsafePointer<ph_source_v1_t>) -> Result
    ) -> Result {
        unsafe bytes.withUnsafeBytes { bytes in
            var state = unsafe PieceSource(bytes, pieces)
            return unsafe withUnsafeMutablePointer(to: &state) { state in
                var source = unsafe ph_source_v1_t(
                    context: state,
                    size: UInt64(bytes.count),
                    read: { context, destination, capacity in
                        guard let source = unsafe context?.assumingMemoryBound(to: PieceSource.self) else { return 0 }
                        return unsafe source.pointee.read(destination, capacity)
                    }
                )
                return unsafe body(&source)
            }
        }
    }
}
