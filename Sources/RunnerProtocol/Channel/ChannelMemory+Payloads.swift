internal import LinuxSystem

extension ChannelMemory {
    /// Lends an answer whose header has been checked to a function: where it lies in the lane, or read from the lane's range.
    @inline(__always)
    func lend(
        _ header: AnswerHeader,
        _ index: Int,
        _ take: (borrowing ChannelAnswer) -> Int32
    ) throws(SystemCallError) -> Int32 {
        guard header.place != ChannelLayout.inRange else { return try lendFromRange(header, index, take) }
        return unsafe take(ChannelAnswer(header, at: lane(index).address(ChannelLayout.answerArea)))
    }

    @inline(never)
    private func lendFromRange(
        _ header: AnswerHeader,
        _ index: Int,
        _ take: (borrowing ChannelAnswer) -> Int32
    ) throws(SystemCallError) -> Int32 {
        let (size, range) = (Int(header.size), ChannelLayout.answerRange(index))
        let copy = ChannelAnswer.Copy(
            first: try file.read(at: range, count: size),
            second: try file.read(at: range + Int64(size), count: Int(header.secondSize))
        )
        return withExtendedLifetime(copy) {
            let area = unsafe lane(index).address(ChannelLayout.answerArea)
            return unsafe take(ChannelAnswer(header, at: area, copy: .passUnretained(copy)))
        }
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
