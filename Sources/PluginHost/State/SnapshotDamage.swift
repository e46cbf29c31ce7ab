/// What is wrong with a file that should be a snapshot.
package enum SnapshotDamage: Error, Hashable, CustomStringConvertible {
    /// It does not begin as a snapshot does.
    case notASnapshot
    /// It was written by a host whose format this one does not know.
    case unknownFormat(UInt32)
    /// It has fewer bytes than it says it has.
    case truncated(expected: UInt64, actual: UInt64)
    /// It has more bytes than it says it has.
    case trailingBytes(UInt64)
    /// Its bytes aren't those that were written.
    case wrongChecksum
    /// Its description can't be read although its bytes are intact.
    case badHeader(String)
    /// It holds the state of another plugin.
    case wrongPlugin(String)
    /// The disk does not give it back.
    case unreadable(String)

    package var description: String {
        switch self {
        case .notASnapshot: "the file is no snapshot"
        case .unknownFormat(let number): "the snapshot has format \(number), which this host does not know"
        case .truncated(let expected, let actual): "the snapshot is cut off: \(actual) of \(expected) bytes"
        case .trailingBytes(let count): "the snapshot has \(count) bytes too many"
        case .wrongChecksum: "the snapshot's checksum does not fit its bytes"
        case .badHeader(let reason): "the snapshot's description can't be read: \(reason)"
        case .wrongPlugin(let plugin): "the snapshot belongs to plugin '\(plugin)'"
        case .unreadable(let reason): "the snapshot can't be read: \(reason)"
        }
    }
}
