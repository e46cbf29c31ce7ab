internal import Glibc
internal import LinuxSystem

/// Makes builds of the plugin that is measured; see `gauge.c` for what it does.
struct Gauge: Sendable {
    private let product: [UInt8]
    private let place: Int

    /// How large the files are that are reloaded, whatever the compiler made of the fixture.
    static let fileSize = 80 * 1024

    private static let marker = Array("PH-GAUGE-VALUES\0".utf8)
    private static let idSize = 48

    init(_ products: Products) throws {
        let product = try products.bytes(of: "Gauge")
        let marker = Self.marker
        let found = product.indices.first { index in
            product[index] == marker[0] && product[index...].starts(with: marker)
        }
        guard let found, product.count <= Self.fileSize else {
            throw BenchmarkFailure.failed("libGauge.so is not what the benchmarks were made for")
        }
        self.product = product
        place = found + marker.count
    }

    /// A build of its own: what is added at the end fills the file up and is never mapped.
    func build(id: String = "gauge", tag: UInt64, stateSize: Int = 64, needing needed: String = "") -> [UInt8] {
        var bytes = product + [UInt8](repeating: 0, count: Self.fileSize - product.count)
        let values =
            Self.field(id) + Self.littleEndian(tag) + Self.littleEndian(UInt64(stateSize)) + Self.field(needed)
        bytes.replaceSubrange(place..<place + values.count, with: values)
        return bytes
    }

    private static func field(_ id: String) -> [UInt8] {
        let name = Array(id.utf8.prefix(idSize - 1))
        return name + [UInt8](repeating: 0, count: idSize - name.count)
    }

    /// The first number of an answer.
    static func number(_ answer: [UInt8], at index: Int = 0) -> UInt64 {
        answer.dropFirst(index * 8).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func littleEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// Writes a new file.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o755)
        try file.write(bytes)
        try file.close()
    }

    /// Copies a file to a new one.
    static func copy(_ path: String, to other: String) throws {
        try write(try OwnedFileDescriptor.open(path, flags: O_RDONLY).readToEnd(), to: other)
    }

    /// Writes over a file that is there, without another name or inode.
    static func overwrite(_ bytes: [UInt8], at path: String) throws {
        let file = try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_TRUNC)
        try file.write(bytes)
        try file.close()
    }

    static func move(_ path: String, to other: String) throws {
        guard unsafe rename(path, other) == 0 else { throw SystemCallError.last("rename") }
    }
}
