internal import CLinux

/// What a thread is doing for a plugin, for the report of a fault that it has.
///
/// Looked up once for each thread, and here and not beside what reports: so a note is a few stores on the path of a call.
@safe
struct ThreadNote {
    private let place: UnsafeMutablePointer<clinux_fault_place_t>

    /// The note of the thread that makes it; not to be used on another, nor when that has ended.
    init() {
        unsafe place = clinux_fault_place()
    }

    /// Notes a call or a step, until ``clear()``; the name of the method is not copied, and has to stay readable until then.
    @inline(__always)
    func set(seat: UInt64, call: UInt64, method: UnsafeRawBufferPointer?, step: UInt32) {
        unsafe place.pointee = clinux_fault_place_t(
            lane: seat,
            call: call,
            method: method?.baseAddress?.assumingMemoryBound(to: UInt8.self),
            method_size: UInt32(clamping: method?.count ?? 0),
            step: step
        )
    }

    /// Notes that the thread is doing nothing for a plugin.
    @inline(__always)
    func clear() {
        unsafe place.pointee = clinux_fault_place_t()
    }
}
