import Foundation
import Testing

@testable import LinuxSystem

@Suite("The socket of a service manager", .timeLimit(.minutes(10)))
struct NotifySocketTests {
    /// A manager that only listens.
    private final class Manager {
        let number: Int32

        init(_ address: String) throws {
            number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            let number = number
            try UnixSocket.withAddress(address, isAbstract: address.hasPrefix("@")) {
                (address, size) throws(SystemCallError) in
                guard bind(number, address, size) == 0 else { throw .last("bind") }
            }
        }

        deinit { close(number) }

        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(number, &bytes, bytes.count, 0)
            return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        }
    }

    @Test("takes messages by a path and by a name that is in no file system", arguments: [false, true])
    func messages(isAbstract: Bool) throws {
        let place = NSTemporaryDirectory() + "n-\(UUID().uuidString.prefix(8))"
        let address = isAbstract ? "@\(place)" : place
        let manager = try Manager(address)
        defer { unlink(place) }
        let socket = try NotifySocket(address)
        try socket.send("READY=1\nSTATUS=fine")
        try socket.send("WATCHDOG=1", waits: false)
        #expect(manager.next() == "READY=1\nSTATUS=fine")
        #expect(manager.next() == "WATCHDOG=1")
        #expect(FileManager.default.fileExists(atPath: place) == !isAbstract)
    }

    @Test("refuses a sign of life rather than to wait for a manager that reads nothing")
    func full() throws {
        let address = "@full-\(UUID().uuidString)"
        let manager = try Manager(address)
        let socket = try NotifySocket(address)
        let error = #expect(throws: SystemCallError.self) {
            for _ in 0..<10_000 { try socket.send("WATCHDOG=1", waits: false) }
        }
        #expect(error?.code == EAGAIN)
        #expect(manager.next() == "WATCHDOG=1")
    }

    @Test("fails where nobody listens, and works as soon as somebody does")
    func comesLater() throws {
        let address = "@later-\(UUID().uuidString)"
        let socket = try NotifySocket(address)
        #expect(throws: SystemCallError.self) { try socket.send("READY=1") }
        let manager = try Manager(address)
        try socket.send("READY=1")
        #expect(manager.next() == "READY=1")
    }
}
