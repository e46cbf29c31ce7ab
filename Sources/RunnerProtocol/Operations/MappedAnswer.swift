package import PluginLoading

/// What a runner says once it has mapped an image.
package struct MappedAnswer: Sendable {
    /// What the image's factory says.
    package var description: FactoryDescription
    /// Which layers of the runner's sandbox hold, as `RunnerSandbox` writes it down; empty if there is none.
    package var sandbox: [UInt8]

    package init(description: FactoryDescription, sandbox: [UInt8]) {
        self.description = description
        self.sandbox = sandbox
    }
}

extension MappedAnswer {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.append(description.bytes)
        writer.append(sandbox)
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        description = try FactoryDescription(reading: try reader.readBytes())
        sandbox = try reader.readBytes()
        try reader.finish()
    }
}
