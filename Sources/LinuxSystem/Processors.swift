internal import CLinux
internal import Glibc

/// The processors that this process may use.
package enum Processors {
    /// Whether another thread can run while this one waits without sleeping.
    package static let areSeveral = sysconf(Int32(_SC_NPROCESSORS_ONLN)) > 1

    /// Waits for some tens of nanoseconds.
    package static func pause() {
        clinux_pause()
    }
}
