internal import CPluginABI

/// Bytes of a state that a plugin reads in steps of its own.
@safe
struct StateSource {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    private init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = bytes
    }

    private mutating func read(_ destination: UnsafeMutablePointer<UInt8>, _ capacity: UInt64) -> UInt64 {
        let count = unsafe Int(min(capacity, UInt64(bytes.count - position)))
        guard count > 0 else { return 0 }
        unsafe UnsafeMutableRawBufferPointer(start: destination, count: count)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[position..<position + count]))
        position += count
        return UInt64(count)
    }

    /// Lends bytes as a source.
    static func withSource<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<ph_source_v1_t>) -> Result) -> Result {
        unsafe bytes.withUnsafeBytes { bytes in
            var state = unsafe StateSource(bytes)
            return unsafe withUnsafeMutablePointer(to: &state) { state in
                var source = unsafe ph_source_v1_t(
                    context: state,
                    size: UInt64(bytes.count),
                    read: { context, destination, capacity in
                        guard let source = unsafe context?.assumingMemoryBound(to: StateSource.self) else { return 0 }
                        return unsafe source.pointee.read(destination, capacity)
                    }
                )
                return unsafe body(&source)
            }
        }
    }
}
