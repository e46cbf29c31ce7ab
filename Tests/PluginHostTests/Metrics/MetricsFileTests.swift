import Foundation
import Synchronization
import Testing

@testable import PluginHost

@Suite("The file with metrics")
struct MetricsFileTests {
    @Test("leaves nothing of writers that crashed, and all that is not its own")
    func leftovers() throws {
        let directory = NSTemporaryDirectory() + "metrics-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for name in [".host.prom.1-2.tmp", ".other.prom.1-2.tmp", "node.prom"] {
            try Data().write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        MetricsFile(path: "\(directory)/host.prom") { _ in }.write("a 1\n")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        #expect(names.sorted() == [".other.prom.1-2.tmp", "host.prom", "node.prom"])
    }

    @Test("is replaced as a whole, for all to read, and tells once that it can't be")
    func replaced() throws {
        let directory = NSTemporaryDirectory() + "metrics-\(UUID().uuidString)"
        let records = Mutex<[LogRecord]>([])
        let file = MetricsFile(path: "\(directory)/host.prom") { record in records.withLock { $0.append(record) } }
        file.write("a")
        file.write("a")
        #expect(records.withLock { $0.map(\.level) } == [.error])
        #expect(records.withLock { $0[0].message }.contains("\(directory)/host.prom: No such file"))
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        file.write("a 1\n")
        file.write("a 2\n")
        #expect(records.withLock { $0.map(\.level) } == [.error, .info])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["host.prom"])
        #expect(FileManager.default.contents(atPath: "\(directory)/host.prom") == Data("a 2\n".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/host.prom")
        #expect(attributes[.posixPermissions] as? Int == 0o644)
    }
}
