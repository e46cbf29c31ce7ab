internal import CPluginABI

/// A place of the host's to write bytes to, for as long as the call that lent it.
@safe
@usableFromInline
struct Sink: ~Copyable {
    private let pointer: UnsafePointer<ph_sink_v1_t>

    /// Borrows the host's sink; it must not outlive the call.
    @unsafe
    init(_ pointer: UnsafePointer<ph_sink_v1_t>) {
        unsafe self.pointer = pointer
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(PluginFailure) {
        guard unsafe !bytes.isEmpty else { return }
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let status = unsafe pointer.pointee.write(pointer.pointee.context, start, UInt64(bytes.count))
        guard status == PH_OK else {
            throw PluginFailure(PluginFailure.Code(rawValue: status), "the host did not take \(bytes.count) bytes")
        }
    }

    @usableFromInline
    func write(_ bytes: [UInt8]) throws(PluginFailure) {
        try unsafe bytes.span.withUnsafeBytes { bytes throws(PluginFailure) in try unsafe write(bytes) }
    }

    @usableFromInline
    func write(_ text: String) throws(PluginFailure) {
        let span = text.utf8Span.span
        try unsafe span.withUnsafeBytes { bytes throws(PluginFailure) in try unsafe write(bytes) }
    }

    /// Writes a number without an allocation.
    @usableFromInline
    func write(decimal number: Int) throws(PluginFailure) {
        // 19 digits and a sign are the longest.
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var start = digits.count
        var rest = number.magnitude
        repeat {
            start -= 1
            digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        if number < 0 {
            start -= 1
            digits[start] = UInt8(ascii: "-")
        }
        let text = digits.span.extracting(start..<digits.count)
        try unsafe text.withUnsafeBytes { bytes throws(PluginFailure) in try unsafe write(bytes) }
    }
}

extension Sink {
    // Never written after it was made, and never freed.
    private nonisolated(unsafe) static let emptiness: UnsafePointer<ph_sink_v1_t> = {
        let sink = UnsafeMutablePointer<ph_sink_v1_t>.allocate(capacity: 1)
        unsafe sink.initialize(to: ph_sink_v1_t(context: nil, write: { _, _, _ in PH_OK }))
        return unsafe UnsafePointer(sink)
    }()

    /// Takes everything and keeps nothing, for functions that have no place for a message.
    static var nowhere: UnsafePointer<ph_sink_v1_t> { unsafe emptiness }
}
