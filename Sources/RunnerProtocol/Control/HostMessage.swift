package import PluginLoading

/// What a host says to a runner beside its calls.
package enum HostMessage: Hashable, Sendable {
    /// The handshake went well.
    case welcome
    /// What sandbox most plugins get, for the runner to go through before it is needed; nothing of it holds yet.
    case rehearse(sandbox: [UInt8])
    /// It did not; the runner ends.
    case refuse(String)
    /// What the runner is for from now on: who it is, and what it may do. It must not run any plugin's code before.
    ///
    /// Without rules it stays as free as its host; without a directory it stays where that is.
    case assign(label: String, sandbox: [UInt8], directory: String)
    /// A channel for one more plugin, whose memory comes with the message.
    case seat(UInt32)
    /// Serve so many lanes of that plugin's channel.
    case lanes(seat: UInt32, count: UInt32)
    case ping(UInt64)
    /// End now; the plugins have been ended before.
    case shutDown
    /// What a service answered to the request of that number: with the message, or in a file that comes with it.
    case answer(seat: UInt32, number: UInt64, answer: ServiceAnswer, isApart: Bool)
    /// The plugin of that seat was ended, and nothing is asked of it any more.
    case left(UInt32)
}

extension HostMessage {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        switch self {
        case .welcome: writer.append(UInt8(0))
        case .refuse(let reason):
            writer.append(UInt8(1))
            writer.append(reason)
        case .assign(let label, let sandbox, let directory):
            writer.append(UInt8(2))
            writer.append(label)
            writer.append(sandbox)
            writer.append(directory)
        case .seat(let seat):
            writer.append(UInt8(3))
            writer.append(seat)
        case .lanes(let seat, let count):
            writer.append(UInt8(4))
            writer.append(seat)
            writer.append(count)
        case .ping(let number):
            writer.append(UInt8(5))
            writer.append(number)
        case .shutDown: writer.append(UInt8(6))
        case .answer(let seat, let number, let answer, let isApart):
            writer.append(UInt8(7))
            writer.append(seat)
            writer.append(number)
            writer.append(UInt32(bitPattern: answer.status))
            writer.append(answer.bytes)
            writer.append(isApart ? UInt8(1) : 0)
        case .rehearse(let sandbox):
            writer.append(UInt8(8))
            writer.append(sandbox)
        case .left(let seat):
            writer.append(UInt8(9))
            writer.append(seat)
        }
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        switch try reader.readUInt8() {
        case 0: self = .welcome
        case 1: self = .refuse(try reader.readText())
        case 2:
            self = .assign(
                label: try reader.readText(),
                sandbox: try reader.readBytes(),
                directory: try reader.readText()
            )
        case 3: self = .seat(try reader.readUInt32())
        case 4: self = .lanes(seat: try reader.readUInt32(), count: try reader.readUInt32())
        case 5: self = .ping(try reader.readUInt64())
        case 6: self = .shutDown
        case 7:
            self = .answer(
                seat: try reader.readUInt32(),
                number: try reader.readUInt64(),
                answer: ServiceAnswer(
                    status: Int32(bitPattern: try reader.readUInt32()),
                    bytes: try reader.readBytes()
                ),
                isApart: try reader.readUInt8() != 0
            )
        case 8: self = .rehearse(sandbox: try reader.readBytes())
        case 9: self = .left(try reader.readUInt32())
        case let kind: throw FrameError("there is no message \(kind) of a host")
        }
        try reader.finish()
    }
}
