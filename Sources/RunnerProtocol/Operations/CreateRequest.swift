/// What an instance in a runner is created with.
package struct CreateRequest: Hashable, Sendable {
    /// The host's id.
    package var hostID: String
    /// The plugin's settings: one JSON object.
    package var settings: [UInt8]
    /// Whether its events are taken; the host decides about each, and this is what the plugin is told.
    package var mayEmit: Bool

    package init(hostID: String, settings: [UInt8], mayEmit: Bool) {
        self.hostID = hostID
        self.settings = settings
        self.mayEmit = mayEmit
    }
}

extension CreateRequest {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.append(hostID)
        writer.append(settings)
        writer.append(mayEmit ? UInt8(1) : 0)
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        hostID = try reader.readText()
        settings = try reader.readBytes()
        mayEmit = try reader.readUInt8() != 0
        try reader.finish()
    }
}
