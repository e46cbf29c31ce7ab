/// An answer, lent to the function that takes it out of the channel.
///
/// The runner may still write to the bytes of a small answer while they are looked at: copy them once, and judge the copy.
///
/// Nothing in it has to be released: that would be two functions more on the way of each call.
@safe
package struct ChannelAnswer: ~Copyable {
    /// A large answer, and what is attached to it, read from the file.
    final class Copy: Sendable {
        let first: [UInt8]
        let second: [UInt8]

        init(first: [UInt8], second: [UInt8]) {
            self.first = first
            self.second = second
        }
    }

    package let status: Int32
    package let auxiliary: UInt32
    /// How many bytes the answer has.
    package let size: Int
    /// How many bytes are attached to it.
    package let secondSize: Int
    /// Where it is in the lane, and what is attached to it behind it.
    private let start: UnsafeRawPointer
    /// Kept by whoever lends the answer.
    private let copy: Unmanaged<Copy>?

    /// An answer that lies in the lane, or of which there is a copy that outlives it.
    @unsafe
    @inline(__always)
    init(_ header: AnswerHeader, at start: UnsafeRawPointer, copy: Unmanaged<Copy>? = nil) {
        status = header.status
        auxiliary = header.auxiliary
        size = Int(header.size)
        secondSize = Int(header.secondSize)
        unsafe self.start = start
        unsafe self.copy = copy
    }

    /// A copy of the answer.
    package var bytes: [UInt8] {
        unsafe copy?.takeUnretainedValue().first ?? Array(UnsafeRawBufferPointer(start: start, count: size))
    }

    /// A copy of what is attached to the answer.
    package var secondBytes: [UInt8] {
        unsafe copy?.takeUnretainedValue().second
            ?? Array(UnsafeRawBufferPointer(start: start + size, count: secondSize))
    }

    /// Lends the answer without a copy.
    package func withBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        guard let copy = unsafe copy else { return unsafe body(UnsafeRawBufferPointer(start: start, count: size)) }
        return unsafe copy.takeUnretainedValue().first.withUnsafeBytes { unsafe body($0) }
    }
}
