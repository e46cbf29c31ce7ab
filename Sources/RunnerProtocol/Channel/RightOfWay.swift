internal import Synchronization

/// What goes before calls for as long as it is under way, such as a build that is put in its place.
///
/// Whoever waits awake looks like work to the kernel, and two who do so fill a small machine: what they would have given
/// their processors to waits for the end of a slice of time, some milliseconds. So calls that are made meanwhile give
/// their processors away again and again, on both sides.
package final class RightOfWay: Sendable {
    private let takers = Atomic<Int>(0)

    package init() {}

    package func take() {
        takers.wrappingAdd(1, ordering: .relaxed)
    }

    package func giveBack() {
        takers.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Whether anything is under way.
    @inline(__always)
    package var isTaken: Bool { takers.load(ordering: .relaxed) > 0 }
}
