internal import CLinux
internal import Glibc

/// The end of the process that has started this one.
package enum ParentDeath {
    /// Has the kernel kill this process when its parent ends; fails with ESRCH if that has happened already.
    ///
    /// For programs of ours: they know by a word of their arguments who has started them. The parent must have started this
    /// process on ``SpawnThread``.
    package static func follow(parent: Int32) throws(SystemCallError) {
        guard clinux_end_with_parent(parent) == 0 else { throw .last("prctl") }
    }

    /// The process that has started this one, or whichever has taken its place.
    package static var parent: Int32 { getppid() }
}
