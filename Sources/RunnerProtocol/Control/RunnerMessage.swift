package import PluginLoading

/// What a runner says to its host beside its answers.
package enum RunnerMessage: Hashable, Sendable {
    /// The first message: what the runner speaks, and that it is the one that was started.
    case hello(protocolVersion: UInt32, token: String, abiMajor: UInt32, abiMinor: UInt32)
    /// It can't go on, and ends.
    case refused(String)
    /// A plugin logs.
    case log(Speaker, level: Int32, text: String)
    /// A plugin publishes an event.
    case event(Speaker, type: String, data: [UInt8])
    /// So many records found no room, since the last that did.
    case dropped(Speaker, count: UInt64)
    case pong(UInt64)
    /// A plugin asks a service of the host; it waits for the answer of that number. The input comes with the call, or in a
    /// file that comes with the message.
    case request(Speaker, number: UInt64, call: ServiceCall, isApart: Bool)
    /// A plugin has looked for an interface that it is not offered.
    case missed(Speaker, interface: String)
    /// It has no room for the plugin of a seat; those that are there go on.
    case full(seat: UInt32, reason: String)
}

extension RunnerMessage {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        switch self {
        case .hello(let version, let token, let major, let minor):
            writer.append(UInt8(0))
            writer.append(version)
            writer.append(token)
            writer.append(major)
            writer.append(minor)
        case .refused(let reason):
            writer.append(UInt8(1))
            writer.append(reason)
        case .log(let speaker, let level, let text):
            writer.append(UInt8(2))
            writer.append(speaker)
            writer.append(UInt32(bitPattern: level))
            writer.append(text)
        case .event(let speaker, let type, let data):
            writer.append(UInt8(3))
            writer.append(speaker)
            writer.append(type)
            writer.append(data)
        case .dropped(let speaker, let count):
            writer.append(UInt8(4))
            writer.append(speaker)
            writer.append(count)
        case .pong(let number):
            writer.append(UInt8(5))
            writer.append(number)
        case .request(let speaker, let number, let call, let isApart):
            writer.append(UInt8(6))
            writer.append(speaker)
            writer.append(number)
            writer.append(call.service)
            writer.append(call.method)
            writer.append(call.input)
            writer.append(call.deadline)
            writer.append(call.chain)
            writer.append(isApart ? UInt8(1) : 0)
        case .missed(let speaker, let interface):
            writer.append(UInt8(7))
            writer.append(speaker)
            writer.append(interface)
        case .full(let seat, let reason):
            writer.append(UInt8(8))
            writer.append(seat)
            writer.append(reason)
        }
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        switch try reader.readUInt8() {
        case 0:
            self = .hello(
                protocolVersion: try reader.readUInt32(),
                token: try reader.readText(),
                abiMajor: try reader.readUInt32(),
                abiMinor: try reader.readUInt32()
            )
        case 1: self = .refused(try reader.readText())
        case 2:
            self = .log(
                try reader.readSpeaker(),
                level: Int32(bitPattern: try reader.readUInt32()),
                text: try reader.readText()
            )
        case 3:
            self = .event(try reader.readSpeaker(), type: try reader.readText(), data: try reader.readBytes())
        case 4: self = .dropped(try reader.readSpeaker(), count: try reader.readUInt64())
        case 5: self = .pong(try reader.readUInt64())
        case 6:
            self = .request(
                try reader.readSpeaker(),
                number: try reader.readUInt64(),
                call: ServiceCall(
                    service: try reader.readText(),
                    method: try reader.readText(),
                    input: try reader.readBytes(),
                    deadline: try reader.readUInt64(),
                    chain: try reader.readUInt64()
                ),
                isApart: try reader.readUInt8() != 0
            )
        case 7: self = .missed(try reader.readSpeaker(), interface: try reader.readText())
        case 8: self = .full(seat: try reader.readUInt32(), reason: try reader.readText())
        case let kind: throw FrameError("there is no message \(kind) of a runner")
        }
        try reader.finish()
    }
}
