internal import CPluginABI

/// A source that gives its bytes in pieces, as a host may do it.
final class ByteSource {
    private static let pieceSize = 4096

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Lends the source for one call.
    func lend<Result>(_ body: (UnsafePointer<ph_source_v1_t>) -> Result) -> Result {
        var source = unsafe ph_source_v1_t(
            context: Unmanaged.passUnretained(self).toOpaque(),
            size: UInt64(rest.count),
            read: { context, start, capacity in
                guard let context = unsafe context else { return 0 }
                let source = unsafe Unmanaged<ByteSource>.fromOpaque(context).takeUnretainedValue()
                let room = unsafe UnsafeMutableRawBufferPointer(start: start, count: Int(clamping: capacity))
                return unsafe UInt64(source.read(into: room))
            }
        )
        return withExtendedLifetime(self) { unsafe body(&source) }
    }

    private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
        let piece = rest.prefix(min(room.count, Self.pieceSize))
        unsafe room.copyBytes(from: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
}
