internal import CLinux

/// Whether it can help at all to wait awake.
enum Spinning {
    /// A number that no processor has: where the other side runs is not known yet.
    static let unknownProcessor = UInt32.max

    /// The one that the calling thread runs on, which may be another the moment after; unknown if that can't be told.
    ///
    /// Here and not beside what else there is about processors, so that it becomes part of the way of a call.
    @inline(__always)
    static var ownProcessor: UInt32 { UInt32(bitPattern: clinux_current_processor()) }

    /// Says no if the other side could not run meanwhile: where there is one processor, or where it last ran on ours.
    @inline(__always)
    static func canHelp(own: UInt32, other: UInt32, usable: Int) -> Bool {
        usable > 1 && (own != other || own == unknownProcessor)
    }
}
