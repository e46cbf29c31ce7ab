import Glibc
import LinuxSystem
import PluginLoading
import Testing

@testable import RunnerProtocol

@Suite("Bytes that travel beside a message")
struct BytesApartTests {
    @Test("arrive as they were sent, also none at all", arguments: [0, 1, 70_000])
    func arrive(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let (one, other) = try MessageSocket.makePair()
        #expect(one.send([1], with: try BytesApart.put(bytes)) == .sent)
        guard case .message(_, var descriptor) = other.receive(waiting: true), let file = descriptor.take() else {
            Issue.record("nothing came")
            return
        }
        #expect(try BytesApart.read(try BytesApart.take(file)) == bytes)
    }

    @Test("are refused in a file whose size can still change, and in one that is too large")
    func refused() throws {
        let large = try SharedFile(name: "large", size: Int64(ServiceCall.limit) + 1)
        #expect(Self.refusal(of: large.withNumber { dup($0) }) == EFBIG)
        let unsealed = try AnonymousFile([1, 2, 3])
        #expect(Self.refusal(of: unsealed.withNumber { dup($0) }) != nil)
    }

    /// Why a file is not taken.
    private static func refusal(of number: CInt) -> CInt? {
        do throws(SystemCallError) {
            _ = try BytesApart.take(OwnedFileDescriptor(adopting: number))
            return nil
        } catch {
            return error.code
        }
    }
}
