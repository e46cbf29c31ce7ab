extension SandboxRules {
    private static let version: UInt8 = 1

    /// The rules as bytes for the process that applies them.
    package func encoded() -> [UInt8] {
        var writer = FieldWriter()
        writer.write(Self.version)
        for paths in [readable, writable, executable] { writer.write(paths) { $0.write($1) } }
        for rule in [connects, binds] {
            switch rule {
            case .all: writer.write(true)
            case .only(let ports):
                writer.write(false)
                writer.write(ports) { $0.write($1) }
            }
        }
        writer.write(isScoped)
        writer.write(dropsCapabilities)
        writer.write(requirement.rawValue)
        for value in limits.values { writer.write(value) }
        return writer.bytes
    }

    /// Reads rules; the result is `nil` for bytes that ``encoded()`` does not make.
    package init?(decoding bytes: [UInt8]) {
        var reader = FieldReader(bytes)
        do throws(FieldReader.Malformed) {
            guard try reader.number(UInt8.self) == Self.version else { return nil }
            readable = try reader.paths()
            writable = try reader.paths()
            executable = try reader.paths()
            connects = try reader.ports()
            binds = try reader.ports()
            isScoped = try reader.flag()
            dropsCapabilities = try reader.flag()
            guard let requirement = SandboxRequirement(rawValue: try reader.number()) else { return nil }
            self.requirement = requirement
            limits = try SandboxLimits(&reader)
            try reader.end()
        } catch {
            return nil
        }
    }
}

extension SandboxLimits {
    /// In the order in which they are sent, which never changes.
    fileprivate var values: [UInt64?] {
        [memory, addressSpace, processorSeconds, openFiles, processes, coreSize, fileSize]
    }

    fileprivate init(_ reader: inout FieldReader) throws(FieldReader.Malformed) {
        self.init(
            memory: try reader.optionalNumber(),
            addressSpace: try reader.optionalNumber(),
            processorSeconds: try reader.optionalNumber(),
            openFiles: try reader.optionalNumber(),
            processes: try reader.optionalNumber(),
            coreSize: try reader.optionalNumber(),
            fileSize: try reader.optionalNumber()
        )
    }
}

extension FieldReader {
    fileprivate mutating func paths() throws(Malformed) -> [String] {
        try list { (reader) throws(Malformed) in try reader.text() }
    }

    fileprivate mutating func ports() throws(Malformed) -> PortRule {
        if try flag() { return .all }
        return .only(try list { (reader) throws(Malformed) in try reader.number() })
    }
}
