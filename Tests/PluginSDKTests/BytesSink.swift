import CPluginABI

/// A sink that keeps what is written to it.
final class BytesSink {
    private(set) var bytes: [UInt8] = []
    /// What a write answers.
    var status = PH_OK

    var text: String { String(decoding: bytes, as: UTF8.self) }

    func lend<Result>(_ body: (UnsafePointer<ph_sink_v1_t>) -> Result) -> Result {
        var sink = ph_sink_v1_t(
            context: Unmanaged.passUnretained(self).toOpaque(),
            write: { context, start, size in
                guard let context else { return PH_INTERNAL }
                let sink = Unmanaged<BytesSink>.fromOpaque(context).takeUnretainedValue()
                sink.bytes += Array(UnsafeBufferPointer(start: start, count: Int(size)))
                return sink.status
            }
        )
        return withExtendedLifetime(self) { body(&sink) }
    }
}
