/// Where everything lies in the file that a host and a runner share.
///
/// The first page tells the runner what the host has made. Then come the lanes, which both sides map: in each of them,
/// words that one side writes and the other polls have cache lines of their own, and a small payload begins on the line
/// after its header, which the processor fetches along with it. Then, far beyond, come ranges that are never mapped as a
/// whole, where payloads lie that have no room in a lane. Nobody pays for what is never written.
package enum ChannelLayout {
    // MARK: The first page

    static let magic: UInt64 = 0x6c65_6e6e_6168_6370
    /// Counted up whenever anything in this file changes.
    static let version: UInt32 = 1

    static let magicOffset = 0
    static let versionOffset = 8
    static let laneCountOffset = 12
    static let payloadLimitOffset = 16
    static let firstLane = 4096

    // MARK: A lane

    /// What a request or an answer may have in the lane itself.
    package static let areaSize = 128 << 10
    static let laneStride = 0x41000

    static let requestWord = 0
    static let serverSleeps = 4
    static let callerProcessor = 8
    static let kind = 12
    static let flags = 16
    static let methodSize = 20
    static let callID = 24
    static let deadline = 32
    static let inputSize = 40
    static let requestAuxiliary = 48
    static let inputPlace = 56
    static let requestArea = 64

    static let takenWord = 0x20080

    static let answerWord = 0x20100
    static let callerSleeps = 0x20104
    static let serverProcessor = 0x20108
    static let status = 0x2010c
    static let answerSize = 0x20110
    static let secondSize = 0x20118
    static let answerAuxiliary = 0x20120
    static let answerPlace = 0x20124
    static let answerArea = 0x20140

    /// In a sequence word: nobody is on the other side any more.
    static let closed: UInt32 = 1 << 31
    /// In the flags of a request: whoever waits awake gives the processor away in between.
    static let givesWay: UInt32 = 1 << 31
    /// In the flags of a request: the next one comes at once.
    static let staysReady: UInt32 = 1 << 30
    /// In the flags of a request: the server had to be woken again soon after the time before.
    static let isBusy: UInt32 = 1 << 29
    /// In the place of the server's processor: it goes to another one before it serves the next request.
    static let leaves = UInt32.max - 1
    /// A payload lies in the lane's area, or else in its range.
    static let inArea: UInt32 = 0
    static let inRange: UInt32 = 1
    /// An input begins at a multiple of this after the method, so that a plugin may find any number in it.
    static let inputAlignment = 16

    // MARK: The ranges

    /// The most bytes that any payload can have.
    package static let largestPayload = 1 << 30
    /// A method's name stays in the lane, and leaves room there.
    package static let largestMethod = 64 << 10
    /// One for a request, two for an answer and what is attached to it.
    private static let rangeStride = 3 * Int64(largestPayload)
    static let answerRangeSize = 2 * Int64(largestPayload)

    static func lane(_ index: Int) -> Int {
        firstLane + index * laneStride
    }

    static func mappedSize(lanes: Int) -> Int {
        lane(lanes)
    }

    static func requestRange(_ lane: Int) -> Int64 {
        Int64(largestPayload) + Int64(lane) * rangeStride
    }

    static func answerRange(_ lane: Int) -> Int64 {
        requestRange(lane) + Int64(largestPayload)
    }

    static func fileSize(lanes: Int) -> Int64 {
        requestRange(lanes)
    }

    /// Where the input begins in the area of a request.
    static func inputOffset(methodSize: Int) -> Int {
        (methodSize + inputAlignment - 1) & ~(inputAlignment - 1)
    }
}
