package import LinuxSystem

/// One call as a runner sees it; its bytes are lent until it is answered.
@safe
package struct ServedCall {
    package let kind: UInt32
    package let flags: UInt32
    package let id: UInt64
    package let deadline: MonotonicInstant?
    package let auxiliary: UInt64
    package let method: UnsafeRawBufferPointer
    package let input: UnsafeRawBufferPointer

    @inline(__always)
    init(_ header: RequestHeader, in lane: SharedFields, input: UnsafeRawBufferPointer) {
        kind = header.kind
        flags = header.flags
        id = header.id
        deadline = header.deadline == 0 ? nil : MonotonicInstant(nanoseconds: header.deadline)
        auxiliary = header.auxiliary
        unsafe method = UnsafeRawBufferPointer(
            start: lane.address(ChannelLayout.requestArea),
            count: Int(header.methodSize)
        )
        unsafe self.input = input
    }
}
