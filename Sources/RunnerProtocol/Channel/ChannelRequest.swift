/// One request to a runner; its bytes are lent for the call.
@safe
package struct ChannelRequest {
    /// Which function is meant; the numbers are the two sides' own.
    package var kind: UInt32
    /// Whether it goes by the lane for lifecycle functions, one at a time, or by any that is free.
    package var isLifecycle: Bool
    package var flags: UInt32
    /// Names the call in reports.
    package var id: UInt64
    package var auxiliary: UInt64
    package var method: UnsafeRawBufferPointer
    package var input: UnsafeRawBufferPointer

    package init(
        kind: UInt32,
        isLifecycle: Bool = false,
        flags: UInt32 = 0,
        id: UInt64 = 0,
        auxiliary: UInt64 = 0,
        method: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0),
        input: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        self.kind = kind
        self.isLifecycle = isLifecycle
        self.flags = flags
        self.id = id
        self.auxiliary = auxiliary
        unsafe self.method = method
        unsafe self.input = input
    }
}

extension ChannelRequest {
    /// A call of the plugin's function: all that is handed over fits into registers.
    package static func call(
        _ id: UInt64,
        chain: UInt64,
        method: UnsafeRawBufferPointer,
        input: UnsafeRawBufferPointer
    ) -> ChannelRequest {
        unsafe ChannelRequest(
            kind: RunnerOperation.execute.rawValue,
            id: id,
            auxiliary: chain,
            method: method,
            input: input
        )
    }

    /// Where the input begins in a lane, after the method.
    @inline(__always)
    var inputOffset: Int {
        unsafe ChannelLayout.inputOffset(methodSize: method.count)
    }

    /// Where the input lies: in the lane if it has room there.
    @inline(__always)
    var place: UInt32 {
        unsafe input.count <= ChannelLayout.areaSize - inputOffset ? ChannelLayout.inArea : ChannelLayout.inRange
    }

    /// Refuses what is larger than it may be.
    @inline(__always)
    func check(limit: Int) throws(ChannelError) {
        guard unsafe input.count <= limit else { throw unsafe .tooLarge(bytes: input.count, limit: limit) }
        guard unsafe method.count <= ChannelLayout.largestMethod else {
            throw unsafe .tooLarge(bytes: method.count, limit: ChannelLayout.largestMethod)
        }
    }
}
