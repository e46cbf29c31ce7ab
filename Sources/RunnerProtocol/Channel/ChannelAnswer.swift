/// An answer, lent to the function that takes it out of the channel.
///
/// The runner may still write to the bytes of a small answer while they are looked at: copy them once, and judge the copy.
@safe
package struct ChannelAnswer: ~Copyable {
    @unsafe
    enum Part {
        /// Still in the lane.
        case lent(UnsafeRawBufferPointer)
        /// Read from the file.
        case copied([UInt8])
    }

    package let status: Int32
    package let auxiliary: UInt32
    private let first: Part
    private let second: Part

    @inline(__always)
    init(_ header: AnswerHeader, first: Part, second: Part) {
        status = header.status
        auxiliary = header.auxiliary
        unsafe self.first = first
        unsafe self.second = second
    }

    /// How many bytes the answer has.
    package var size: Int {
        unsafe first.count
    }

    /// How many bytes are attached to it.
    package var secondSize: Int {
        unsafe second.count
    }

    /// A copy of the answer.
    package var bytes: [UInt8] {
        unsafe first.bytes
    }

    /// A copy of what is attached to the answer.
    package var secondBytes: [UInt8] {
        unsafe second.bytes
    }

    /// Lends the answer without a copy.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe first.withBytes(body)
    }
}

extension ChannelAnswer.Part {
    fileprivate var count: Int {
        switch unsafe self {
        case .lent(let buffer): buffer.count
        case .copied(let bytes): bytes.count
        }
    }

    fileprivate var bytes: [UInt8] {
        switch unsafe self {
        case .lent(let buffer): unsafe buffer.isEmpty ? [] : Array(buffer)
        case .copied(let bytes): bytes
        }
    }

    fileprivate func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch unsafe self {
        case .lent(let buffer): unsafe body(buffer)
        case .copied(let bytes): unsafe bytes.withUnsafeBytes { unsafe body($0) }
        }
    }
}
