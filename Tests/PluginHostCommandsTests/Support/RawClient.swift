import Glibc
import PluginHost

@testable import LinuxSystem

/// A client that sends whatever it likes.
struct RawClient {
    let channel: SocketChannel
    private var lines = LineSplitter(limit: 1 << 26)

    init(_ path: String) throws {
        channel = try UnixSocket.connect(path)
    }

    func send(_ text: String) throws {
        try channel.sendAll(Array(text.utf8))
    }

    /// Says that nothing more will be sent, as a shell's pipe does at its end.
    func finishSending() {
        _ = shutdown(channel.socket.number, CInt(SHUT_WR))
    }

    /// The next message; `nil` when the server has closed the connection.
    mutating func next() throws -> [String: JSONValue]? {
        while true {
            if let line = try lines.next() { return try JSONCoding.decode(from: line) }
            _ = try channel.wait(reading: true, writing: false)
            switch try channel.receive() {
            case .bytes(let bytes): lines.append(bytes)
            case .nothing: continue
            case .end: return nil
            }
        }
    }

    /// The number of the error in the next message.
    mutating func nextErrorCode() throws -> Int64? {
        guard case .object(let error)? = try next()?["error"], case .integer(let code)? = error["code"] else {
            return nil
        }
        return code
    }
}
