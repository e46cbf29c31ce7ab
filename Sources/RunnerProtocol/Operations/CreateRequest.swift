package import PluginLoading

/// What an instance in a runner is created with.
package struct CreateRequest: Hashable, Sendable {
    /// The host's id.
    package var hostID: String
    /// What it is registered by: all that it says to the host comes with it.
    package var token: RegistrationToken
    /// The plugin's settings: one JSON object.
    package var settings: [UInt8]
    /// Whether its events are taken; the host decides about each, and this is what the plugin is told.
    package var mayEmit: Bool
    /// The services that it is offered, by their names.
    package var services: [String]
    /// How long it waits for a service if it does not say, in nanoseconds.
    package var patience: UInt64

    package init(
        hostID: String,
        token: RegistrationToken,
        settings: [UInt8],
        mayEmit: Bool,
        services: [String] = [],
        patience: UInt64 = 30_000_000_000
    ) {
        self.hostID = hostID
        self.token = token
        self.settings = settings
        self.mayEmit = mayEmit
        self.services = services
        self.patience = patience
    }
}

extension CreateRequest {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.append(hostID)
        writer.append(token)
        writer.append(settings)
        writer.append(mayEmit ? UInt8(1) : 0)
        writer.append(UInt32(services.count))
        for service in services { writer.append(service) }
        writer.append(patience)
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        hostID = try reader.readText()
        token = try reader.readToken()
        settings = try reader.readBytes()
        mayEmit = try reader.readUInt8() != 0
        services = []
        for _ in 0..<(try reader.readUInt32()) { services.append(try reader.readText()) }
        patience = try reader.readUInt64()
        try reader.finish()
    }
}
