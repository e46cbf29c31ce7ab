import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A file that is read ahead (HR-9)", .mayBlock, .enabled(if: Processors.areSeveral), .timeLimit(.minutes(10)))
final class ReadAheadTests {
    private let scratch: TemporaryDirectory
    private let workers = WorkerPool(name: "test", limit: 1)
    private let trust: FileTrust
    private var path: String { scratch.path + "/a.so" }

    init() throws {
        scratch = try TemporaryDirectory()
        var configuration = HostConfiguration(pluginDirectories: [scratch.path], stateDirectory: scratch.path)
        configuration.trust = .any
        trust = FileTrust(configuration)
        try Self.write("first", to: path)
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try file.write(Array(text.utf8))
        try file.close()
        awaitLastWriter(of: path)
    }

    /// Reads ahead and has a job come for it; again until there was a thread to spare.
    private func reading() async -> StillFile.Reading<ReadImage> {
        let ahead = ReadAhead(on: workers, trust)
        let path = path
        while true {
            #expect(await workers.run { 1 } == 1)
            ahead.begin(path) {}
            if let reading = await workers.run({ ahead.take(path) }) { return reading }
        }
    }

    private func text(_ read: ReadImage?) -> String? {
        read.map { String(decoding: $0.file.bytes, as: UTF8.self) }
    }

    private func readNow(_ path: String) throws(PluginError) -> ReadImage {
        try ReadImage(path, trust)
    }

    @Test("counts when the file was as reported then, and is not read once more")
    func counts() async throws {
        let reading = await reading()
        let status = try #require(try FileStatus.of(path))
        let read = try StillFile(path, as: status).read(ahead: reading) { (_) throws(PluginError) -> ReadImage in
            Issue.record("it was read once more")
            return try readNow(path)
        }
        #expect(text(read) == "first")
        // What it is was found out as well, though it is nothing.
        #expect(throws: PluginError.self) { try read?.image.get() }
    }

    @Test("does not count when another file was reported, or none")
    func doesNotCount() async throws {
        let reading = await reading()
        try Self.write("second, which is longer", to: path)
        let status = try #require(try FileStatus.of(path))
        for reported in [status, nil] {
            let read = try StillFile(path, as: reported).read(ahead: reading) { path throws(PluginError) in
                try readNow(path)
            }
            #expect(text(read) == "second, which is longer")
        }
    }

    @Test("does not count when the file has changed since")
    func hasChanged() async throws {
        let reading = await reading()
        let status = try #require(try FileStatus.of(path))
        try Self.write("second, which is longer", to: path)
        let read = try StillFile(path, as: status).read(ahead: reading) { path throws(PluginError) in
            try readNow(path)
        }
        #expect(read == nil)
    }

    @Test("does not count when it was refused: the rights may have been given since")
    func refused() async throws {
        let refusal = PluginError(code: .untrusted, message: "not yet")
        let reading = StillFile.Reading<ReadImage>(path) { _ throws(PluginError) in throw refusal }
        let status = try #require(try FileStatus.of(path))
        let read = try StillFile(path, as: status).read(ahead: reading) { path throws(PluginError) in
            try readNow(path)
        }
        #expect(text(read) == "first")
    }

    @Test("is there for its path only, and once")
    func once() async throws {
        let ahead = ReadAhead(on: workers, trust)
        #expect(ahead.take(path) == nil)
        let path = path
        var reading: StillFile.Reading<ReadImage>?
        while reading == nil {
            #expect(await workers.run { 1 } == 1)
            ahead.begin(path) {}
            reading = await workers.run {
                ahead.take(path + ".other") == nil ? ahead.take(path) : nil
            }
        }
        #expect(ahead.take(path) == nil)
    }
}
