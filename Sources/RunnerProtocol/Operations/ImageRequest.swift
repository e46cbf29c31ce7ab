/// Which image a runner is to map.
package struct ImageRequest: Hashable, Sendable {
    /// The private copy.
    package var path: String
    /// The file that it is a copy of, as messages name it.
    package var source: String

    package init(path: String, source: String) {
        self.path = path
        self.source = source
    }
}

extension ImageRequest {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        writer.append(path)
        writer.append(source)
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        var reader = FrameReader(bytes)
        path = try reader.readText()
        source = try reader.readText()
        try reader.finish()
    }
}
