internal import LinuxSystem

/// Where the answer of one call is written, as it is produced.
///
/// It fills the lane's area, and whenever that is full, moves what is in it to the lane's range.
@safe
package struct AnswerWriter: ~Copyable {
    private let area: UnsafeMutableRawPointer
    private let memory: ChannelMemory
    private let index: Int
    /// The bytes that lie in the range, and those after them, in the area.
    private var moved = 0
    private var buffered = 0
    /// Where the second part begins.
    private var boundary: Int?
    private var auxiliary: UInt32 = 0
    /// Why the answer can't be used, and whether only because of what is attached to it.
    private var failure: String?

    init(_ memory: ChannelMemory, lane index: Int) {
        self.memory = memory
        self.index = index
        unsafe area = memory.lane(index).address(ChannelLayout.answerArea)
    }

    /// Appends bytes, which are copied; says `false` if they can't be taken, and the answer is spoilt.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard failure == nil else { return false }
        guard let start = bytes.baseAddress else { return true }
        let count = bytes.count
        let written = moved + buffered - (boundary ?? 0)
        guard count <= memory.payloadLimit - written else {
            return fails("\(ChannelError.tooLarge(bytes: written + count, limit: memory.payloadLimit))")
        }
        if count <= ChannelLayout.areaSize - buffered {
            unsafe (area + buffered).copyMemory(from: start, byteCount: count)
            buffered += count
            return true
        }
        return unsafe appendToRange(bytes)
    }

    /// Begins what is attached to the answer, and says what it is.
    package mutating func beginSecondPart(auxiliary: UInt32) {
        boundary = moved + buffered
        self.auxiliary = auxiliary
    }

    /// Drops all that was written.
    package mutating func discard() {
        // Who reads the answer does not learn that there was something in the range.
        if moved > 0 { memory.discardAnswer(index) }
        reset()
    }

    // MARK: In a server

    mutating func reset() {
        (moved, buffered, boundary, auxiliary, failure) = (0, 0, nil, 0, nil)
    }

    /// Ends the answer, and says what stands before it; a spoilt one becomes the reason why.
    @inline(__always)
    mutating func finish(status: Int32) -> AnswerHeader {
        let status = moved > 0 || failure != nil ? settle(status) : status
        let count = moved + buffered
        let size = boundary ?? count
        return AnswerHeader(
            status: status,
            auxiliary: auxiliary,
            size: UInt64(size),
            secondSize: UInt64(count - size),
            place: moved > 0 ? ChannelLayout.inRange : ChannelLayout.inArea
        )
    }

    /// Moves the rest of a large answer, or makes the reason of it, and returns the status that it has then.
    @inline(never)
    private mutating func settle(_ status: Int32) -> Int32 {
        if moved > 0, failure == nil { _ = moveToRange() }
        guard let reason = failure else { return status }
        discard()
        var text = reason
        text.withUTF8 { text in _ = unsafe append(UnsafeRawBufferPointer(text)) }
        return ServerSide.internalFailure
    }

    // MARK: The range

    @inline(never)
    private mutating func appendToRange(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard moveToRange() else { return false }
        // What would fill the area again goes past it.
        guard bytes.count < ChannelLayout.areaSize else { return unsafe write(bytes) }
        return unsafe append(bytes)
    }

    private mutating func moveToRange() -> Bool {
        let bytes = unsafe UnsafeRawBufferPointer(start: area, count: buffered)
        guard unsafe write(bytes) else { return false }
        buffered = 0
        return true
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do throws(SystemCallError) {
            try unsafe memory.file.write(bytes, at: ChannelLayout.answerRange(index) + Int64(moved))
        } catch {
            return fails("there is no room for the answer: \(error)")
        }
        moved += bytes.count
        return true
    }

    private mutating func fails(_ reason: String) -> Bool {
        failure = reason
        return false
    }
}
