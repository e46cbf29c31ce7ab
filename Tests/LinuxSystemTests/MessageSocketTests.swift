import Glibc
import LinuxSystem
import Testing

@Suite("A message socket", .serialized, .timeLimit(.minutes(10)))
struct MessageSocketTests {
    /// What came, without the descriptor.
    private enum Seen: Hashable {
        case message([UInt8], hasDescriptor: Bool)
        case nothing, end, damaged(CInt)
    }

    private static func receive(_ socket: MessageSocket) -> Seen {
        switch socket.receive(waiting: false) {
        case .message(let bytes, let descriptor): .message(bytes, hasDescriptor: descriptor != nil)
        case .nothing: .nothing
        case .end: .end
        case .damaged(let error): .damaged(error.code)
        }
    }

    @Test("keeps messages apart, and says when there is none and when there will be none")
    func messages() throws {
        var (one, other) = try MessageSocket.makePair() as (MessageSocket?, MessageSocket)
        #expect(one?.send([1, 2]) == .sent)
        #expect(one?.send([3]) == .sent)
        #expect(Self.receive(other) == .message([1, 2], hasDescriptor: false))
        #expect(Self.receive(other) == .message([3], hasDescriptor: false))
        #expect(Self.receive(other) == .nothing)
        one = nil
        #expect(Self.receive(other) == .end)
        guard case .refused(let error) = other.send([1]) else {
            Issue.record("it was sent to nobody")
            return
        }
        #expect(error.code == EPIPE)
    }

    @Test("gives what was said before the end, though the other side has not listened to the last")
    func lastWords() throws {
        var (one, other) = try MessageSocket.makePair() as (MessageSocket?, MessageSocket)
        #expect(other.send([1]) == .sent)
        #expect(one?.send([2]) == .sent)
        #expect(one?.send([3]) == .sent)
        one = nil
        #expect(Self.receive(other) == .message([2], hasDescriptor: false))
        #expect(Self.receive(other) == .message([3], hasDescriptor: false))
        #expect(Self.receive(other) == .end)
    }

    @Test("is waited for until there is a message, or the end, or no time left")
    func waits() throws {
        var (one, other) = try MessageSocket.makePair() as (MessageSocket?, MessageSocket)
        #expect(!other.wait(until: .now))
        #expect(!other.wait(until: .now.advanced(by: .milliseconds(1))))
        #expect(one?.send([1]) == .sent)
        #expect(other.wait(until: .now.advanced(by: .seconds(60))))
        #expect(Self.receive(other) == .message([1], hasDescriptor: false))
        one = nil
        #expect(other.wait(until: .now.advanced(by: .seconds(60))))
    }

    @Test("carries the longest message, and refuses a longer one")
    func limit() throws {
        let (one, other) = try MessageSocket.makePair()
        let longest = [UInt8](repeating: 7, count: MessageSocket.limit)
        #expect(one.send(longest) == .sent)
        #expect(Self.receive(other) == .message(longest, hasDescriptor: false))
        #expect(one.send(longest + [0]) == .refused(SystemCallError(call: "sendmsg", code: EMSGSIZE)))
        // One that somebody else has sent is dropped, and those behind it are not.
        let larger = [UInt8](repeating: 7, count: MessageSocket.limit + 1)
        #expect(one.withNumber { Glibc.send($0, larger, larger.count, 0) } == larger.count)
        #expect(one.send([1]) == .sent)
        #expect(Self.receive(other) == .damaged(EMSGSIZE))
        #expect(Self.receive(other) == .message([1], hasDescriptor: false))
    }

    @Test("says that it is full instead of waiting for a reader that does not read")
    func full() throws {
        let (one, other) = try MessageSocket.makePair()
        let message = [UInt8](repeating: 1, count: 10_000)
        var sent = 0
        while one.send(message) == .sent { sent += 1 }
        #expect(sent > 0 && one.send(message) == .full)
        for _ in 0..<sent { #expect(Self.receive(other) == .message(message, hasDescriptor: false)) }
        #expect(one.send(message) == .sent)
    }

    @Test("lends a descriptor, and keeps none that comes uninvited")
    func descriptors() throws {
        let (one, other) = try MessageSocket.makePair()
        let file = try Lent()
        #expect(one.send([1], with: file) == .sent)
        #expect(Self.receive(other) == .message([1], hasDescriptor: true))
        #expect(file.descriptors == 1)
        // Two, three and the most that the kernel takes: a peer that lends what nobody asked for costs nobody a number.
        for count in [2, 3, 253] {
            #expect(
                file.withNumber { number in one.withNumber { Self.send([2], lending: number, count, by: $0) } } == 1
            )
            _ = Self.receive(other)
            #expect(file.descriptors == 1, "\(count) were lent")
        }
        let larger = [UInt8](repeating: 7, count: MessageSocket.limit + 1)
        #expect(
            file.withNumber { number in one.withNumber { Self.send(larger, lending: number, 1, by: $0) } }
                == larger.count
        )
        #expect(Self.receive(other) == .damaged(EMSGSIZE))
        #expect(file.descriptors == 1)
    }

    /// A file that nothing else in this process has open.
    private final class Lent: LendableDescriptor {
        private let file: SharedFile

        init() throws { file = try SharedFile(name: "lent", size: 1) }

        func withNumber<Result, Failure: Error>(_ body: (CInt) throws(Failure) -> Result) throws(Failure) -> Result {
            try file.withNumber(body)
        }

        /// How many descriptors of it there are.
        var descriptors: Int {
            withNumber { own in
                var (mine, other) = (stat(), stat())
                fstat(own, &mine)
                return (0..<1024).count { number in
                    fstat(number, &other) == 0 && other.st_ino == mine.st_ino && other.st_dev == mine.st_dev
                }
            }
        }
    }

    /// Sends a message with one descriptor many times, as no side of ours does.
    private static func send(_ bytes: [UInt8], lending number: CInt, _ count: Int, by socket: CInt) -> Int {
        let header = MemoryLayout<cmsghdr>.size
        let size = header + count * MemoryLayout<CInt>.size
        var control = [UInt64](repeating: 0, count: (size + 7) / 8)
        var bytes = bytes
        return control.withUnsafeMutableBytes { control in
            control.storeBytes(of: size, as: Int.self)
            control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: CInt.self)
            control.storeBytes(of: CInt(SCM_RIGHTS), toByteOffset: 12, as: CInt.self)
            for index in 0..<count { control.storeBytes(of: number, toByteOffset: header + index * 4, as: CInt.self) }
            return bytes.withUnsafeMutableBytes { bytes in
                var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = size
                    return sendmsg(socket, &message, 0)
                }
            }
        }
    }
}
