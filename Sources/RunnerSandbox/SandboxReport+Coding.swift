extension SandboxReport {
    private static let version: UInt8 = 1
    /// What comes from a sandboxed process is shown to people and kept: it must not fill either.
    private static let maximumNotes = 64
    private static let maximumText = 1024

    /// The report as bytes for the process that asked for the sandbox.
    package func encoded() -> [UInt8] {
        var writer = FieldWriter()
        writer.write(Self.version)
        writer.write(SandboxLayer.allCases) { writer, layer in
            writer.write(layer.rawValue)
            switch self[layer] {
            case .notAsked: writer.write(UInt8(0))
            case .holds: writer.write(UInt8(1))
            case .missing(let reason):
                writer.write(UInt8(2))
                writer.write(Self.clipped(reason))
            }
        }
        writer.write(Array(notes.prefix(Self.maximumNotes))) { $0.write(Self.clipped($1)) }
        return writer.bytes
    }

    /// As much of a text as the reader takes; a character that is cut grows to three bytes.
    private static func clipped(_ text: String) -> String {
        text.utf8.count <= maximumText ? text : String(decoding: text.utf8.prefix(maximumText - 8), as: UTF8.self)
    }

    /// Reads a report; the result is `nil` for bytes that ``encoded()`` does not make.
    package init?(decoding bytes: [UInt8]) {
        self.init()
        var reader = FieldReader(bytes)
        do throws(FieldReader.Malformed) {
            guard try reader.number(UInt8.self) == Self.version else { return nil }
            let count: UInt32 = try reader.number()
            guard count <= 255 else { return nil }
            for _ in 0..<count {
                guard let layer = SandboxLayer(rawValue: try reader.number()) else { return nil }
                switch try reader.number(UInt8.self) {
                case 0: self[layer] = .notAsked
                case 1: self[layer] = .holds
                case 2: self[layer] = .missing(try reader.boundedText(Self.maximumText))
                default: return nil
                }
            }
            notes = try reader.list { (reader) throws(FieldReader.Malformed) in
                try reader.boundedText(Self.maximumText)
            }
            guard notes.count <= Self.maximumNotes else { return nil }
            try reader.end()
        } catch {
            return nil
        }
    }
}

extension FieldReader {
    fileprivate mutating func boundedText(_ limit: Int) throws(Malformed) -> String {
        let text = try text()
        guard text.utf8.count <= limit else { throw Malformed() }
        return text
    }
}
