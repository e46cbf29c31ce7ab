internal import CPluginABI

/// A sink that keeps what a plugin writes to it.
final class ByteSink {
    private(set) var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Lends the sink for one call.
    func lend<Result>(_ body: (UnsafePointer<ph_sink_v1_t>) -> Result) -> Result {
        var sink = unsafe ph_sink_v1_t(
            context: Unmanaged.passUnretained(self).toOpaque(),
            write: { context, start, size in
                guard let context = unsafe context, let count = Int(exactly: size) else { return PH_INTERNAL }
                guard let start = unsafe start else { return count == 0 ? PH_OK : PH_INTERNAL }
                let sink = unsafe Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
                unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
                return PH_OK
            }
        )
        return withExtendedLifetime(self) { unsafe body(&sink) }
    }
}
