internal import Glibc
package import LinuxSystem
package import PluginHost

/// A connection to a running host, for one thread, which it blocks.
package struct ControlClient {
    /// An answer as it came.
    package struct Response {
        private let line: [UInt8]

        fileprivate init(line: [UInt8]) {
            self.line = line
        }

        /// The result as the type.
        package func result<Value: Decodable>(_ type: Value.Type = Value.self) throws(ControlClientError) -> Value {
            do throws(PluginError) {
                return try JSONCoding.decode(Reply<Value>.self, from: line).result
            } catch {
                throw .broken("the host's answer is not understood: \(error.message)")
            }
        }
    }

    private struct Reply<Value: Decodable>: Decodable {
        var result: Value
    }

    private struct Envelope: Decodable {
        var id: JSONValue?
        var method: String?
        var error: ControlError?
    }

    private struct Notification<Value: Decodable>: Decodable {
        var params: Value
    }

    private let channel: SocketChannel
    private var lines = LineSplitter(limit: 1 << 30)
    private var nextID: Int64 = 0
    /// When whatever has not come is not waited for any more; `nil` to wait for ever.
    package var deadline: MonotonicInstant?

    /// Connects to the host at the path.
    package init(path: String) throws(ControlClientError) {
        try self.init(path: path, as: geteuid()) { $0.peerUser }
    }

    /// Connects as a user, to a host whose user is told by a function.
    init(path: String, as own: UInt32, peer: ControlServer.PeerUser) throws(ControlClientError) {
        do throws(SystemCallError) {
            channel = try UnixSocket.connect(path)
        } catch {
            throw .noHost(path: path, reason: error.reason)
        }
        // Whoever listens there gets what this user sends: it has to be this user's host, or root's.
        guard let user = peer(channel), user == own || user == 0 || own == 0 else {
            throw .noHost(path: path, reason: "another user listens there")
        }
    }

    /// Ends the connection, from any thread; who waits for the host then is told that it has closed the connection.
    var hangUp: @Sendable () -> Void {
        let channel = channel
        return { channel.hangUp() }
    }

    /// Sends a request and waits for its answer.
    package mutating func request(
        _ method: String,
        _ parameters: [String: JSONValue] = [:]
    ) throws(ControlClientError) -> Response {
        nextID += 1
        let message: JSONValue = .object([
            "jsonrpc": .string("2.0"), "id": .integer(nextID), "method": .string(method), "params": .object(parameters),
        ])
        do {
            try channel.sendAll(try JSONCoding.encode(message) + [UInt8(ascii: "\n")])
        } catch let error as SystemCallError where [EPIPE, ECONNRESET].contains(error.code) {
            // The host may have said why before it closed the connection: that is still there to read.
        } catch {
            throw .broken("the request can't be sent: \(error)")
        }
        while true {
            let line = try nextLine()
            let envelope = try decode(Envelope.self, line)
            if envelope.method != nil { continue }
            if let error = envelope.error { throw .refused(error) }
            if envelope.id == .integer(nextID) { return Response(line: line) }
        }
    }

    /// Waits for the next notification, which has the type if its method is the one given; others give `nil`.
    package mutating func notification<Value: Decodable>(
        _ method: String,
        as type: Value.Type = Value.self
    ) throws(ControlClientError) -> Value? {
        let line = try nextLine()
        guard try decode(Envelope.self, line).method == method else { return nil }
        return try decode(Notification<Value>.self, line).params
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) throws(ControlClientError) -> Value {
        do throws(PluginError) {
            return try JSONCoding.decode(type, from: line)
        } catch {
            throw .broken("the host's answer is not understood: \(error.message)")
        }
    }

    private mutating func nextLine() throws(ControlClientError) -> [UInt8] {
        do {
            while true {
                if let line = try lines.next() { return line }
                let left = deadline.map { MonotonicInstant.now.duration(to: $0) }
                if let left, left <= .zero { throw ControlClientError.broken("the host has not answered in time") }
                // Rounded up, or the last millisecond would be waited for in a loop.
                _ = try channel.wait(reading: true, writing: false, timeout: left.map { $0 + .milliseconds(1) })
                switch try channel.receive() {
                case .bytes(let bytes): lines.append(bytes)
                case .nothing: continue
                case .end:
                    let hint = "if it has crashed, 'plugin-host crashes' tells where"
                    throw ControlClientError.broken("the host has closed the connection; \(hint)")
                }
            }
        } catch let error as ControlClientError {
            throw error
        } catch {
            throw .broken("the connection to the host failed: \(error)")
        }
    }
}
