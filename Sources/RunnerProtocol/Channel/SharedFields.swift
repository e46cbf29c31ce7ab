internal import Synchronization

/// Numbers at fixed places in memory that another process may write to at any time.
///
/// Each read is one atomic load: what was checked is what is used, whatever the other side does in between.
@safe
struct SharedFields {
    private let base: UnsafeMutableRawPointer

    /// The memory must have room for each offset that is used, and stay mapped as long as this is used.
    @unsafe
    init(_ base: UnsafeMutableRawPointer) {
        unsafe self.base = base
    }

    // The layout of an atomic number is that of the number.
    @inline(__always)
    func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt32>> {
        unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt32>.self)
    }

    @inline(__always)
    private func longWord(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe (base + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    @inline(__always)
    func address(_ offset: Int) -> UnsafeMutableRawPointer {
        unsafe base + offset
    }

    @inline(__always)
    func load32(_ offset: Int) -> UInt32 {
        unsafe word(offset).pointee.load(ordering: .relaxed)
    }

    @inline(__always)
    func load64(_ offset: Int) -> UInt64 {
        unsafe longWord(offset).pointee.load(ordering: .relaxed)
    }

    @inline(__always)
    func store32(_ offset: Int, _ value: UInt32) {
        unsafe word(offset).pointee.store(value, ordering: .relaxed)
    }

    @inline(__always)
    func store64(_ offset: Int, _ value: UInt64) {
        unsafe longWord(offset).pointee.store(value, ordering: .relaxed)
    }
}
