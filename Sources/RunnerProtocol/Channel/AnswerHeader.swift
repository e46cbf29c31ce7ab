/// What stands before an answer in its lane.
struct AnswerHeader: Hashable {
    var status: Int32
    var auxiliary: UInt32
    var size: UInt64
    /// What is attached to the answer, and lies behind it.
    var secondSize: UInt64
    /// Whether all of it lies in the lane's area or in its range.
    var place: UInt32

    @inline(__always)
    func write(to lane: SharedFields) {
        lane.store32(ChannelLayout.status, UInt32(bitPattern: status))
        lane.store64(ChannelLayout.answerSize, size)
        lane.store64(ChannelLayout.secondSize, secondSize)
        lane.store32(ChannelLayout.answerAuxiliary, auxiliary)
        lane.store32(ChannelLayout.answerPlace, place)
    }
}

extension AnswerHeader {
    /// Reads each field once.
    @inline(__always)
    init(reading lane: SharedFields) {
        status = Int32(bitPattern: lane.load32(ChannelLayout.status))
        auxiliary = lane.load32(ChannelLayout.answerAuxiliary)
        size = lane.load64(ChannelLayout.answerSize)
        secondSize = lane.load64(ChannelLayout.secondSize)
        place = lane.load32(ChannelLayout.answerPlace)
    }

    /// Whether the sizes are within their limits; the runner may have written others on purpose.
    @inline(__always)
    func isPlausible(payloadLimit: Int) -> Bool {
        let limit = UInt64(payloadLimit)
        // The sum can't overflow after this.
        guard size <= limit, secondSize <= limit else { return false }
        return place == ChannelLayout.inArea
            ? size + secondSize <= UInt64(ChannelLayout.areaSize) : place == ChannelLayout.inRange
    }

    /// What is wrong with a header that is not plausible.
    @inline(never)
    func defect(payloadLimit: Int) -> String {
        guard size <= UInt64(payloadLimit), secondSize <= UInt64(payloadLimit) else {
            return "an answer of \(size) and \(secondSize) bytes, where \(payloadLimit) are the limit"
        }
        return place == ChannelLayout.inArea
            ? "an answer of \(size) and \(secondSize) bytes in a smaller place"
            : "an answer in place \(place), which does not exist"
    }
}
