/// An answer, lent to the function that takes it out of the channel.
///
/// The runner may still write to the bytes of a small answer while they are looked at: copy them once, and judge the copy.
@safe
package struct ChannelAnswer: ~Copyable {
    package let status: Int32
    package let auxiliary: UInt32
    /// How many bytes the answer has.
    package let size: Int
    /// How many bytes are attached to it.
    package let secondSize: Int
    /// Where it is in the lane, and what is attached to it behind it.
    private let start: UnsafeRawPointer
    /// The same of a large answer, which was read from the file.
    private let copies: (first: [UInt8], second: [UInt8])?

    /// An answer that lies in the lane, or has been read from where it lay outside.
    @inline(__always)
    init(_ header: AnswerHeader, at start: UnsafeRawPointer, copies: (first: [UInt8], second: [UInt8])? = nil) {
        status = header.status
        auxiliary = header.auxiliary
        size = Int(header.size)
        secondSize = Int(header.secondSize)
        unsafe self.start = start
        self.copies = copies
    }

    /// A copy of the answer.
    package var bytes: [UInt8] {
        unsafe copies?.first ?? Array(UnsafeRawBufferPointer(start: start, count: size))
    }

    /// A copy of what is attached to the answer.
    package var secondBytes: [UInt8] {
        unsafe copies?.second ?? Array(UnsafeRawBufferPointer(start: start + size, count: secondSize))
    }

    /// Lends the answer without a copy.
    package func withBytes(_ body: (UnsafeRawBufferPointer) -> Int32) -> Int32 {
        guard let copies else { return unsafe body(UnsafeRawBufferPointer(start: start, count: size)) }
        return unsafe copies.first.withUnsafeBytes { unsafe body($0) }
    }
}
