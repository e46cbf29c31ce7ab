internal import CCallCounts
internal import Synchronization

/// The counts of one thread, one for each of a few lanes; never freed.
@safe
struct CallRow: Equatable, Sendable {
    /// How many lanes a thread counts at a time; a power of two.
    private static let width: UInt64 = 8

    private nonisolated(unsafe) let first: UnsafeMutablePointer<CallCount>

    private init(_ first: UnsafeMutablePointer<CallCount>) {
        unsafe self.first = first
    }

    /// Makes a row without counts, on cache lines of its own.
    static func make() -> CallRow {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: Int(width) * MemoryLayout<CallCount>.stride,
            alignment: 64
        )
        let first = unsafe memory.bindMemory(to: CallCount.self, capacity: Int(width))
        for index in 0..<Int(width) { unsafe (first + index).initialize(to: CallCount()) }
        return unsafe CallRow(first)
    }

    static func == (one: CallRow, other: CallRow) -> Bool {
        unsafe one.first == other.first
    }

    // MARK: Of a thread

    /// The present thread's; `nil` if it has none.
    @inline(__always)
    static var own: CallRow? {
        unsafe call_counts_present().map { unsafe CallRow($0.assumingMemoryBound(to: CallCount.self)) }
    }

    /// The row at an address.
    init(at address: UnsafeMutableRawPointer) {
        unsafe first = address.assumingMemoryBound(to: CallCount.self)
    }

    /// Makes the row that of the present thread.
    func giveToThread() {
        unsafe call_counts_set(first)
    }

    var address: UnsafeRawPointer { unsafe UnsafeRawPointer(first) }

    // MARK: Of a lane

    /// The place of a lane's count, which may be another lane's at the moment.
    @inline(__always)
    func place(of lane: UInt64) -> UnsafePointer<CallCount> {
        unsafe UnsafePointer(first + Int(lane & (Self.width &- 1)))
    }

    /// The count of a lane; `nil` if there is none.
    @inline(__always)
    subscript(lane: UInt64) -> UnsafePointer<CallCount>? {
        let place = unsafe place(of: lane)
        return unsafe place.pointee.lane.load(ordering: .relaxed) == lane ? unsafe place : nil
    }

    /// Adds all that was counted to the lanes' sums.
    func clear() {
        for index in 0..<Self.width { unsafe place(of: index).pointee.begin(0, sum: nil) }
    }
}
