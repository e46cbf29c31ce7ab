internal import CPluginABI

/// A place to write to that takes so many bytes and no more.
struct FullSink {
    private var room: Int
    /// Whether something was not taken.
    private(set) var hasRefused = false

    init(room: Int) {
        self.room = room
    }

    private mutating func take(_ size: UInt64) -> ph_status_t {
        guard !hasRefused, size <= UInt64(room) else {
            hasRefused = true
            return PH_BUSY
        }
        room -= Int(size)
        return PH_OK
    }

    /// Lends it.
    mutating func lend<Result>(_ body: (UnsafePointer<ph_sink_v1_t>) -> Result) -> Result {
        unsafe withUnsafeMutablePointer(to: &self) { sink in
            var table = unsafe ph_sink_v1_t(context: sink) { context, _, size in
                guard let sink = unsafe context?.assumingMemoryBound(to: FullSink.self) else { return PH_INTERNAL }
                return unsafe sink.pointee.take(size)
            }
            return unsafe body(&table)
        }
    }
}
