package import LinuxSystem

/// The memory that a host and one runner share: a file that the runner inherits, whose lanes both have mapped.
///
/// The file's size is sealed, so nothing that one side does can take away what the other has mapped. Of the payloads that
/// have no room in a lane only the runner ever maps one: the host reads and writes them by system calls.
@safe
package final class ChannelMemory: Sendable {
    /// One for lifecycle functions, and more for calls than most machines have processors.
    package static let usualLanes = 33
    /// As many as a word has bits.
    package static let mostLanes = 64

    /// How many lanes there are; number 0 is the one for lifecycle functions.
    package let lanes: Int
    /// The most bytes that any payload may have.
    package let payloadLimit: Int
    /// The bytes of the file, nearly all of which take no memory.
    package var size: Int64 { file.size }

    let file: SharedFile
    private let mapping: SharedMapping
    /// Where the mapping begins, kept here as well: each step on the way to a lane is a line of the cache in each call.
    private nonisolated(unsafe) let start: UnsafeMutableRawPointer

    /// Makes a channel, for a host.
    package convenience init(
        lanes: Int = usualLanes,
        payloadLimit: Int = ChannelLayout.largestPayload
    ) throws(ChannelSetupError) {
        precondition((2...Self.mostLanes).contains(lanes), "a channel can't have \(lanes) lanes")
        precondition((1...ChannelLayout.largestPayload).contains(payloadLimit), "\(payloadLimit) bytes are no limit")
        let file = try Self.translating { () throws(SystemCallError) in
            try SharedFile(name: "plugin-channel", size: ChannelLayout.fileSize(lanes: lanes))
        }
        let mapping = try Self.map(file, count: ChannelLayout.mappedSize(lanes: lanes))
        ChannelPage(lanes: lanes, payloadLimit: payloadLimit).write(to: Self.fields(mapping))
        self.init(file, mapping, lanes: lanes, payloadLimit: payloadLimit)
    }

    /// Takes over a channel that the host has made, for a runner.
    package convenience init(adopting descriptor: consuming OwnedFileDescriptor) throws(ChannelSetupError) {
        let file: SharedFile
        do throws(SystemCallError) { file = try SharedFile(adopting: descriptor) } catch { throw .system(error) }
        guard file.size >= Int64(ChannelLayout.firstLane) else {
            throw .incompatible("the file has only \(file.size) bytes")
        }
        let first = try Self.map(file, count: ChannelLayout.firstLane)
        let page = try ChannelPage(reading: Self.fields(first), fileSize: file.size)
        let mapping = try Self.map(file, count: ChannelLayout.mappedSize(lanes: page.lanes))
        self.init(file, mapping, lanes: page.lanes, payloadLimit: page.payloadLimit)
    }

    private init(_ file: SharedFile, _ mapping: SharedMapping, lanes: Int, payloadLimit: Int) {
        self.file = file
        self.mapping = mapping
        unsafe start = mapping.start
        self.lanes = lanes
        self.payloadLimit = payloadLimit
    }

    /// Lends the number of the file's descriptor, to be inherited by a runner; it must not outlive the body.
    package func withNumber<Result: ~Copyable, Failure: Error>(
        _ body: (CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try file.withNumber(body)
    }

    /// The memory of a lane, which must not be used after this object is gone.
    @inline(__always)
    func lane(_ index: Int) -> SharedFields {
        precondition(index >= 0 && index < lanes, "there is no lane \(index)")
        return unsafe SharedFields(start + ChannelLayout.lane(index))
    }

    private static func fields(_ mapping: SharedMapping) -> SharedFields {
        unsafe SharedFields(mapping.start)
    }

    private static func map(_ file: SharedFile, count: Int) throws(ChannelSetupError) -> SharedMapping {
        try translating { () throws(SystemCallError) in try file.map(count: count, access: .writing) }
    }

    private static func translating<Result>(
        _ body: () throws(SystemCallError) -> Result
    ) throws(ChannelSetupError) -> Result {
        do throws(SystemCallError) { return try body() } catch { throw .system(error) }
    }
}
