internal import Glibc

/// A part of a file that is mapped, and shared with all others who map it.
@safe
package final class SharedMapping: Sendable {
    /// What the mapping is for.
    package enum Access: Sendable {
        /// Reading and writing; pages come as they are touched.
        case writing
        /// Reading what is there already; all pages come at once.
        case reading
    }

    /// Where it begins; not to be used after the mapping is gone.
    // The memory stays mapped from init to deinit, and only its address is kept here: what lies in it is shared with another
    // process, so whoever uses it orders all access by atomics in it.
    package nonisolated(unsafe) let start: UnsafeMutableRawPointer
    package let count: Int

    init(_ number: CInt, offset: Int64, count: Int, access: Access) throws(SystemCallError) {
        let (protection, flags) =
            switch access {
            case .writing: (PROT_READ | PROT_WRITE, MAP_SHARED)
            case .reading: (PROT_READ, MAP_SHARED | CInt(MAP_POPULATE))
            }
        let address = unsafe mmap(nil, count, protection, flags, number, off_t(offset))
        guard let address = unsafe address, unsafe address != MAP_FAILED else { throw .last("mmap") }
        unsafe start = address
        self.count = count
    }

    deinit { unsafe munmap(start, count) }
}
