internal import CPluginABI

/// Bytes that the host writes into a sink of the plugin's.
final class ByteBuffer {
    private(set) var bytes: [UInt8] = []

    /// Takes bytes as a `ph_sink_v1_t` does; its context is the buffer, unretained.
    static func append(
        _ context: UnsafeMutableRawPointer?,
        _ start: UnsafePointer<UInt8>?,
        _ size: UInt64
    ) -> ph_status_t {
        guard let context = unsafe context, let count = Int(exactly: size) else { return PH_INTERNAL }
        let buffer = unsafe Unmanaged<ByteBuffer>.fromOpaque(context).takeUnretainedValue()
        guard let start = unsafe start else { return count == 0 ? PH_OK : PH_INTERNAL }
        unsafe buffer.bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
        return PH_OK
    }

    /// A sink that writes to a buffer, which has to outlive it.
    static func sink(of buffer: ByteBuffer) -> ph_sink_v1_t {
        unsafe ph_sink_v1_t(
            context: Unmanaged.passUnretained(buffer).toOpaque(),
            write: { unsafe ByteBuffer.append($0, $1, $2) }
        )
    }
}
