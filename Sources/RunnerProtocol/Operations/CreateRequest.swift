/// What an instance in a runner is created with.
package struct CreateRequest: Hashable, Sendable {
    /// The host's id.
    package var hostID: String
    /// The plugin's settings: one JSON object.
    package var settings: [UInt8]

    package init(hostID: String, settings: [UInt8]) {
        self.hostID = hostID
        self.settings = settings
    }
}

extension CreateRequest {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.append(hostID)
        writer.append(settings)
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        hostID = try reader.readText()
        settings = try reader.readBytes()
        try reader.finish()
    }
}
