/// One call as a runner sees it; its bytes are lent until it is answered.
@safe
package struct ServedCall {
    package let kind: UInt32
    package let flags: UInt32
    package let id: UInt64
    /// Nanoseconds of CLOCK_MONOTONIC; 0 for none.
    package let deadline: UInt64
    package let auxiliary: UInt64
    package let method: UnsafeRawBufferPointer
    package let input: UnsafeRawBufferPointer

    @inline(__always)
    init(_ header: RequestHeader, in lane: SharedFields, input: UnsafeRawBufferPointer) {
        kind = header.kind
        flags = header.flags
        id = header.id
        deadline = header.deadline
        auxiliary = header.auxiliary
        unsafe method = UnsafeRawBufferPointer(
            start: lane.address(ChannelLayout.requestArea),
            count: Int(header.methodSize)
        )
        unsafe self.input = input
    }
}
