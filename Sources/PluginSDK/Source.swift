internal import CPluginABI

/// A place of the host's to read bytes from, for as long as the call that lent it.
enum Source {
    /// Space is taken as bytes arrive: the size that the other side names is not believed in advance.
    private static let chunkSize = 64 * 1024

    /// Reads all bytes that the source says there are.
    static func readAll(_ source: UnsafePointer<ph_source_v1_t>) throws(PluginFailure) -> [UInt8] {
        guard let size = unsafe Int(exactly: source.pointee.size) else {
            throw PluginFailure(.internalError, "the host offers a state of impossible size")
        }
        var bytes: [UInt8] = []
        while bytes.count < size {
            let wanted = min(size - bytes.count, chunkSize)
            var isOverrun = false
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                guard let start = buffer.baseAddress else { return }
                // The other side may write less than it was asked for; what it claims to have written is zeroed first.
                unsafe buffer.initialize(repeating: 0)
                let got = unsafe source.pointee.read(source.pointee.context, start, UInt64(wanted))
                isOverrun = got > UInt64(wanted)
                count = Int(min(got, UInt64(wanted)))
            }
            guard !isOverrun else {
                throw PluginFailure(.internalError, "the host wrote more of a state than there was room for")
            }
            guard !chunk.isEmpty else {
                throw PluginFailure(.stateRefused, "the state ends after \(bytes.count) of \(size) bytes")
            }
            bytes.append(contentsOf: chunk)
        }
        return bytes
    }
}
