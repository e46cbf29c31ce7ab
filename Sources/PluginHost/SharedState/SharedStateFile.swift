internal import struct FoundationEssentials.Data
internal import struct FoundationEssentials.Date

/// The shared values that outlive a host, as bytes on the disk: in a snapshot, which knows when a bit of it is wrong.
enum SharedStateFile {
    /// What is kept.
    struct Contents: Hashable, Sendable {
        /// The highest version that any value has had.
        var version: UInt64 = 0
        var values: [String: SharedState.Entry] = [:]
    }

    private struct Entry: Codable {
        var key: String
        var type: String
        var version: UInt64
        var value: Data
    }

    private struct Document: Codable {
        var version: UInt64
        var values: [Entry]
    }

    static func encode(_ contents: Contents) throws(PluginError) -> [UInt8] {
        let entries = contents.values.sorted { $0.key < $1.key }.map { key, value in
            Entry(key: key, type: value.type, version: value.version, value: Data(value.bytes))
        }
        let bytes = try JSONCoding.encode(Document(version: contents.version, values: entries))
        return try SnapshotFile.encode(
            Snapshot(plugin: "", time: Date(), pluginVersion: "", schemaVersion: 1, bytes: bytes)
        )
    }

    static func decode(_ bytes: [UInt8]) throws(SnapshotDamage) -> Contents {
        let snapshot = try SnapshotFile.decode(bytes)
        guard snapshot.schemaVersion == 1 else { throw .unknownFormat(snapshot.schemaVersion) }
        let document: Document
        do throws(PluginError) {
            document = try JSONCoding.decode(from: snapshot.bytes)
        } catch {
            throw .badHeader(error.message)
        }
        var contents = Contents(version: document.version)
        for entry in document.values {
            contents.values[entry.key] = SharedState.Entry(
                type: entry.type,
                version: entry.version,
                isKept: true,
                bytes: Array(entry.value)
            )
            contents.version = max(contents.version, entry.version)
        }
        return contents
    }
}
