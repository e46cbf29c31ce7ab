package import PluginLoading

extension FactoryDescription {
    package var bytes: [UInt8] {
        var writer = FrameWriter()
        for text in [id, name, version, description, author, customType] { writer.append(text) }
        writer.append(UInt32(bitPattern: type))
        writer.append(UInt32(bitPattern: priority))
        for number in [stateSchemaMinimum, stateSchemaMaximum, flags] { writer.append(number) }
        for texts in [dependencies, capabilities, permissions] {
            writer.append(UInt32(texts.count))
            for text in texts { writer.append(text) }
        }
        return writer.bytes
    }

    package init(reading bytes: [UInt8]) throws(FrameError) {
        self.init()
        var reader = FrameReader(bytes)
        id = try reader.readText()
        name = try reader.readText()
        version = try reader.readText()
        description = try reader.readText()
        author = try reader.readText()
        customType = try reader.readText()
        type = Int32(bitPattern: try reader.readUInt32())
        priority = Int32(bitPattern: try reader.readUInt32())
        stateSchemaMinimum = try reader.readUInt32()
        stateSchemaMaximum = try reader.readUInt32()
        flags = try reader.readUInt32()
        dependencies = try Self.readTexts(&reader)
        capabilities = try Self.readTexts(&reader)
        permissions = try Self.readTexts(&reader)
        try reader.finish()
    }

    private static func readTexts(_ reader: inout FrameReader) throws(FrameError) -> [String] {
        // Each takes bytes of the frame, so a number that lies ends the reading early.
        var texts: [String] = []
        for _ in 0..<(try reader.readUInt32()) { texts.append(try reader.readText()) }
        return texts
    }
}
