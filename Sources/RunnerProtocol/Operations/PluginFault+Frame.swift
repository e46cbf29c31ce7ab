package import PluginLoading

extension PluginFault {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.append(kind.rawValue)
        writer.append(status == nil ? UInt8(0) : 1)
        writer.append(UInt32(bitPattern: status ?? 0))
        writer.append(message)
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        guard let kind = Kind(rawValue: try reader.readUInt8()) else { throw FrameError("a fault of no known kind") }
        let hasStatus = try reader.readUInt8() == 1
        let status = Int32(bitPattern: try reader.readUInt32())
        self.init(kind, try reader.readText(), status: hasStatus ? status : nil)
        try reader.finish()
    }
}
