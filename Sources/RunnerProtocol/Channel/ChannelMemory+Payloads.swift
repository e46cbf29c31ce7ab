internal import LinuxSystem

extension ChannelMemory {
    /// An answer whose header has been checked: lent if it lies in the lane, read if it lies in the lane's range.
    @inline(__always)
    func answer(_ header: AnswerHeader, _ index: Int) throws(SystemCallError) -> ChannelAnswer {
        let (size, secondSize) = (Int(header.size), Int(header.secondSize))
        guard header.place == ChannelLayout.inRange else {
            let area = unsafe lane(index).address(ChannelLayout.answerArea)
            return unsafe ChannelAnswer(
                header,
                first: .lent(UnsafeRawBufferPointer(start: area, count: size)),
                second: .lent(UnsafeRawBufferPointer(start: area + size, count: secondSize))
            )
        }
        let range = ChannelLayout.answerRange(index)
        let first = try file.read(at: range, count: size)
        let second = try file.read(at: range + Int64(size), count: secondSize)
        return unsafe ChannelAnswer(header, first: .copied(first), second: .copied(second))
    }

    /// Gives back the memory of what was in a lane's range of requests.
    func discardRequest(_ index: Int) {
        // If the kernel can't, the bytes are overwritten by the next request that lies there.
        try? file.discard(from: ChannelLayout.requestRange(index), count: Int64(ChannelLayout.largestPayload))
    }

    /// Gives back the memory of what was in a lane's range of answers.
    func discardAnswer(_ index: Int) {
        try? file.discard(from: ChannelLayout.answerRange(index), count: ChannelLayout.answerRangeSize)
    }
}

extension SharedFields {
    @inline(__always)
    func copy(_ bytes: UnsafeRawBufferPointer, to offset: Int) {
        guard let start = bytes.baseAddress else { return }
        unsafe address(offset).copyMemory(from: start, byteCount: bytes.count)
    }
}
