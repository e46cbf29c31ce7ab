/// What stands before a request in its lane.
struct RequestHeader: Hashable {
    var kind: UInt32
    var flags: UInt32
    var id: UInt64
    /// Nanoseconds of CLOCK_MONOTONIC; 0 for none.
    var deadline: UInt64
    var auxiliary: UInt64
    var methodSize: UInt32
    var inputSize: UInt64
    /// Whether the input lies in the lane's area or in its range.
    var place: UInt32
    /// The one that the caller runs on.
    var processor: UInt32

    @inline(__always)
    func write(to lane: SharedFields) {
        lane.store32(ChannelLayout.callerProcessor, processor)
        lane.store32(ChannelLayout.kind, kind)
        lane.store32(ChannelLayout.flags, flags)
        lane.store32(ChannelLayout.methodSize, methodSize)
        lane.store64(ChannelLayout.callID, id)
        lane.store64(ChannelLayout.deadline, deadline)
        lane.store64(ChannelLayout.inputSize, inputSize)
        lane.store64(ChannelLayout.requestAuxiliary, auxiliary)
        lane.store32(ChannelLayout.inputPlace, place)
    }
}

extension RequestHeader {
    /// Reads each field once.
    @inline(__always)
    init(reading lane: SharedFields) {
        kind = lane.load32(ChannelLayout.kind)
        flags = lane.load32(ChannelLayout.flags)
        id = lane.load64(ChannelLayout.callID)
        deadline = lane.load64(ChannelLayout.deadline)
        auxiliary = lane.load64(ChannelLayout.requestAuxiliary)
        methodSize = lane.load32(ChannelLayout.methodSize)
        inputSize = lane.load64(ChannelLayout.inputSize)
        place = lane.load32(ChannelLayout.inputPlace)
        processor = lane.load32(ChannelLayout.callerProcessor)
    }

    /// Whether the method and the input lie within what there is for them.
    func isPlausible(payloadLimit: Int) -> Bool {
        guard methodSize <= UInt32(ChannelLayout.largestMethod), inputSize <= UInt64(payloadLimit) else { return false }
        switch place {
        case ChannelLayout.inRange: return inputSize > 0
        case ChannelLayout.inArea:
            return ChannelLayout.inputOffset(methodSize: Int(methodSize)) + Int(inputSize) <= ChannelLayout.areaSize
        default: return false
        }
    }
}
