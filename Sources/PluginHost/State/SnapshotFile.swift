internal import struct FoundationEssentials.Date
internal import LinuxSystem

/// The bytes of a snapshot on disk.
///
/// Numbers are little-endian:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `PHSTATE` and a line feed |
/// | 8 | 4 | format: 1 |
/// | 12 | 4 | length of the header |
/// | 16 | 8 | length of the state |
/// | 24 | | the header: JSON |
/// | | | the state |
/// | | 32 | SHA-256 of everything before it |
package enum SnapshotFile {
    private static let magic = Array("PHSTATE\n".utf8)
    private static let format: UInt32 = 1
    private static let prologueLength = 24
    private static let digestLength = 32

    private struct Header: Codable {
        var plugin: String
        var time: Date
        var pluginVersion: String
        var schemaVersion: UInt32
        var metadata: [String: String]
    }

    /// The bytes to write.
    package static func encode(_ snapshot: Snapshot) throws(PluginError) -> [UInt8] {
        let header = try JSONCoding.encode(
            Header(
                plugin: snapshot.plugin,
                time: snapshot.time,
                pluginVersion: snapshot.pluginVersion,
                schemaVersion: snapshot.schemaVersion,
                metadata: snapshot.metadata
            )
        )
        guard let headerLength = UInt32(exactly: header.count) else {
            throw PluginError(code: .internalError, message: "a snapshot's description has \(header.count) bytes")
        }
        var bytes = magic
        bytes.reserveCapacity(prologueLength + header.count + snapshot.bytes.count + digestLength)
        bytes.append(littleEndian: format)
        bytes.append(littleEndian: headerLength)
        bytes.append(littleEndian: UInt64(snapshot.bytes.count))
        bytes += header
        bytes += snapshot.bytes
        bytes += SHA256(of: bytes).bytes
        return bytes
    }

    /// The snapshot that the bytes hold; one wrong bit anywhere is an error.
    package static func decode(_ bytes: [UInt8]) throws(SnapshotDamage) -> Snapshot {
        guard bytes.starts(with: magic) else {
            guard magic.starts(with: bytes) else { throw .notASnapshot }
            throw .truncated(expected: UInt64(prologueLength + digestLength), actual: UInt64(bytes.count))
        }
        guard bytes.count >= prologueLength + digestLength else {
            throw .truncated(expected: UInt64(prologueLength + digestLength), actual: UInt64(bytes.count))
        }
        let version: UInt32 = bytes.littleEndian(at: 8)
        guard version == format else { throw .unknownFormat(version) }
        let headerLength: UInt32 = bytes.littleEndian(at: 12)
        let stateLength: UInt64 = bytes.littleEndian(at: 16)
        let fixed = UInt64(prologueLength + digestLength) + UInt64(headerLength)
        let (expected, overflow) = fixed.addingReportingOverflow(stateLength)
        let actual = UInt64(bytes.count)
        guard !overflow, expected <= actual else {
            throw .truncated(expected: overflow ? .max : expected, actual: actual)
        }
        guard expected == actual else { throw .trailingBytes(actual - expected) }
        let end = bytes.count - digestLength
        let digest = unsafe bytes.withUnsafeBytes { unsafe SHA256(of: UnsafeRawBufferPointer(rebasing: $0[..<end])) }
        guard digest.bytes.elementsEqual(bytes[end...]) else { throw .wrongChecksum }

        let split = prologueLength + Int(headerLength)
        let header: Header
        do {
            header = try JSONCoding.decode(from: Array(bytes[prologueLength..<split]))
        } catch {
            throw .badHeader(error.message)
        }
        return Snapshot(
            plugin: header.plugin,
            time: header.time,
            pluginVersion: header.pluginVersion,
            schemaVersion: header.schemaVersion,
            bytes: Array(bytes[split..<end]),
            metadata: header.metadata
        )
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian number: some FixedWidthInteger) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    /// The number at an offset; the caller has checked that it is there.
    fileprivate func littleEndian<Number: FixedWidthInteger>(at offset: Int) -> Number {
        (0..<MemoryLayout<Number>.size).reduce(0) { $0 | Number(self[offset + $1]) << ($1 * 8) }
    }
}
