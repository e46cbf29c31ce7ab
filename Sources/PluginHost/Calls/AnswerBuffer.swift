internal import CPluginABI

/// Where a plugin writes the answer of one call, and why it failed: both on the caller's stack.
///
/// A buffer to which nothing was written costs nothing, not even the count of an empty array.
struct AnswerBuffer: ~Copyable {
    /// An answer that is larger is refused; nothing in one process may take all of its memory.
    static let limit = 1 << 30

    private var written: [UInt8]?

    /// What was written.
    @inline(__always)
    var bytes: [UInt8] { written ?? [] }

    /// The bytes as text, with what is no UTF-8 replaced; long messages are cut.
    var text: String {
        String(decoding: bytes.prefix(4096), as: UTF8.self)
    }

    private mutating func append(_ buffer: UnsafeBufferPointer<UInt8>) -> ph_status_t {
        guard buffer.count <= Self.limit - (written?.count ?? 0) else { return PH_BUSY }
        if unsafe written?.append(contentsOf: buffer) == nil { unsafe written = Array(buffer) }
        return PH_OK
    }

    /// Lends the buffer as a sink.
    @inline(__always)
    mutating func withSink<Result>(_ body: (UnsafePointer<ph_sink_v1_t>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) { buffer in
            var sink = unsafe ph_sink_v1_t(context: buffer, write: Self.write)
            return unsafe body(&sink)
        }
    }

    private static let write: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt64) -> ph_status_t =
        {
            context,
            bytes,
            size in
            guard let buffer = unsafe context?.assumingMemoryBound(to: AnswerBuffer.self), size <= UInt64(limit) else {
                return PH_BUSY
            }
            guard size > 0 else { return PH_OK }
            guard let bytes = unsafe bytes else { return PH_BAD_PAYLOAD }
            return unsafe buffer.pointee.append(UnsafeBufferPointer(start: bytes, count: Int(size)))
        }
}
