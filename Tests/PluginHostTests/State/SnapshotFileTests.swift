import FoundationEssentials
import PluginHost
import Testing

/// HR-6: a damaged snapshot is recognised.
@Suite("The bytes of a snapshot")
struct SnapshotFileTests {
    private static let snapshot = Snapshot(
        plugin: "counter",
        time: Date(timeIntervalSince1970: 1_795_000_000.123_4),
        pluginVersion: "1.2.3",
        schemaVersion: 7,
        bytes: Array("forty-two".utf8),
        metadata: ["generation": "3", "reason": "switch"]
    )

    @Test(
        "hold all that a snapshot has",
        arguments: [[], [0], Array(repeating: 0xA5, count: 100_000)] as [[UInt8]]
    )
    func roundTrips(bytes: [UInt8]) throws {
        var snapshot = Self.snapshot
        snapshot.bytes = bytes
        #expect(try SnapshotFile.decode(SnapshotFile.encode(snapshot)) == snapshot)
        snapshot.generation = nil
        #expect(try SnapshotFile.decode(SnapshotFile.encode(snapshot)).generation == nil)
    }

    @Test("are refused when cut off anywhere")
    func refusesTruncation() throws {
        let bytes = try SnapshotFile.encode(Self.snapshot)
        for count in 0..<bytes.count {
            let expected = UInt64(count < 56 ? 56 : bytes.count)
            #expect(throws: SnapshotDamage.truncated(expected: expected, actual: UInt64(count))) {
                try SnapshotFile.decode(Array(bytes.prefix(count)))
            }
        }
    }

    @Test("are refused with any bit of any byte turned")
    func refusesFlips() throws {
        let bytes = try SnapshotFile.encode(Self.snapshot)
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                #expect(throws: SnapshotDamage.self) { try SnapshotFile.decode(damaged) }
            }
        }
    }

    @Test("say what is wrong with them")
    func namesTheDamage() throws {
        let bytes = try SnapshotFile.encode(Self.snapshot)
        #expect(throws: SnapshotDamage.trailingBytes(1)) { try SnapshotFile.decode(bytes + [0]) }
        #expect(throws: SnapshotDamage.notASnapshot) { try SnapshotFile.decode(Array("no snapshot".utf8)) }
        var other = bytes
        other[8] = 9
        #expect(throws: SnapshotDamage.unknownFormat(9)) { try SnapshotFile.decode(other) }
        other = bytes
        other[60] ^= 1
        #expect(throws: SnapshotDamage.wrongChecksum) { try SnapshotFile.decode(other) }
        other = bytes
        other.replaceSubrange(12..<24, with: repeatElement(0xFF, count: 12))
        #expect(throws: SnapshotDamage.truncated(expected: .max, actual: UInt64(bytes.count))) {
            try SnapshotFile.decode(other)
        }
    }

    @Test("are refused when they are noise")
    func refusesNoise() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let count = Int.random(in: 0..<200, using: &generator)
            let noise = Array("PHSTATE\n".utf8) + [1, 0, 0, 0] + (0..<count).map { _ in UInt8.random(in: 0...255) }
            #expect(throws: SnapshotDamage.self) { try SnapshotFile.decode(noise) }
        }
    }
}
