package import CPluginABI

/// Where a plugin writes the answer of one call, and why it failed: both on the caller's stack.
///
/// A buffer to which nothing was written costs nothing, not even the count of an empty array.
package struct AnswerBuffer: ~Copyable {
    /// An answer that is larger is refused; nothing in one process may take all of its memory.
    package static let limit = 1 << 30

    private var written: [UInt8]?

    package init() {}

    /// What was written.
    package var bytes: [UInt8] { written ?? [] }

    /// The bytes as text, with what is no UTF-8 replaced; long messages are cut.
    package var text: String {
        written.map { String(decoding: $0.prefix(4096), as: UTF8.self) } ?? ""
    }

    /// Lends the buffer as a sink.
    package mutating func withSink(_ body: (UnsafePointer<ph_sink_v1_t>) -> ph_status_t) -> ph_status_t {
        unsafe withUnsafeMutablePointer(to: &self) { buffer in
            var sink = unsafe ph_sink_v1_t(context: buffer) { context, bytes, size in
                unsafe AnswerBuffer.write(context, bytes, size)
            }
            return unsafe body(&sink)
        }
    }

    /// Appends what a plugin has written, unless that is nothing, comes from nowhere, or becomes more than the limit.
    package static func append(
        _ bytes: UnsafePointer<UInt8>?,
        _ size: UInt64,
        to written: inout [UInt8]?
    ) -> ph_status_t {
        guard size <= UInt64(limit - (written?.count ?? 0)) else { return PH_BUSY }
        guard size > 0 else { return PH_OK }
        guard let bytes = unsafe bytes else { return PH_BAD_PAYLOAD }
        let buffer = unsafe UnsafeBufferPointer(start: bytes, count: Int(size))
        if unsafe written?.append(contentsOf: buffer) == nil { unsafe written = Array(buffer) }
        return PH_OK
    }

    /// What a sink of a buffer does.
    package static func write(
        _ context: UnsafeMutableRawPointer?,
        _ bytes: UnsafePointer<UInt8>?,
        _ size: UInt64
    ) -> ph_status_t {
        guard let buffer = unsafe context?.assumingMemoryBound(to: AnswerBuffer.self) else { return PH_BUSY }
        return unsafe append(bytes, size, to: &buffer.pointee.written)
    }
}
