internal import CLinux
internal import Glibc

/// The processors that this process may use.
package enum Processors {
    /// Whether another thread can run while this one waits without sleeping.
    package static let areSeveral = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1

    /// How many the calling thread may run on; 1 if that can't be told.
    package static var usable: Int {
        max(1, Int(clinux_usable_processors()))
    }

    /// Has the calling thread go on on another one, if it may; it is free to come back.
    package static func leave(_ processor: UInt32) {
        clinux_leave_processor(Int32(truncatingIfNeeded: processor))
    }

    /// Has the calling thread go on on this one, if it may; it is free to go again.
    package static func join(_ processor: UInt32) {
        clinux_join_processor(Int32(truncatingIfNeeded: processor))
    }

    /// Lets others run on this processor that wait for it.
    package static func giveWay() {
        sched_yield()
    }

    /// Waits for some tens of nanoseconds.
    package static func pause() {
        clinux_pause()
    }
}
