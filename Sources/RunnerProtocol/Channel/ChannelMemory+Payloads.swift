internal import LinuxSystem

extension ChannelMemory {
    /// An answer whose header has been checked: lent if it lies in the lane, read if it lies in the lane's range.
    @inline(__always)
    func answer(_ header: AnswerHeader, _ index: Int) throws(SystemCallError) -> ChannelAnswer {
        guard header.place != ChannelLayout.inRange else { return try answerInRange(header, index) }
        return unsafe ChannelAnswer(header, at: lane(index).address(ChannelLayout.answerArea))
    }

    @inline(never)
    private func answerInRange(_ header: AnswerHeader, _ index: Int) throws(SystemCallError) -> ChannelAnswer {
        let (size, range) = (Int(header.size), ChannelLayout.answerRange(index))
        let first = try file.read(at: range, count: size)
        let second = try file.read(at: range + Int64(size), count: Int(header.secondSize))
        let area = unsafe lane(index).address(ChannelLayout.answerArea)
        return unsafe ChannelAnswer(header, at: area, copies: (first, second))
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
        guard let start = bytes.baseAddress, bytes.count > 0 else { return }
        unsafe address(offset).copyMemory(from: start, byteCount: bytes.count)
    }
}
