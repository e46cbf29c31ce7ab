import Glibc
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("What is read ahead at the start (HR-9)", .mayBlock, .timeLimit(.minutes(10)))
final class ReadingsAtStartTests {
    private let scratch: TemporaryDirectory
    private let trust: FileTrust
    private let paths: [String]

    init() throws {
        scratch = try TemporaryDirectory()
        var configuration = HostConfiguration(pluginDirectories: [scratch.path], stateDirectory: scratch.path)
        configuration.trust = .any
        trust = FileTrust(configuration)
        let directory = scratch.path
        paths = ["a", "b", "c"].map { "\(directory)/\($0).so" }
        for path in paths {
            let file = try OwnedFileDescriptor.open(path, flags: O_WRONLY | O_CREAT, mode: 0o600)
            try file.write(Array("content".utf8))
        }
    }

    private func readings(processors: Int = 2, bound: Int = 64 << 20) -> ReadingsAtStart {
        ReadingsAtStart(trust, processors: processors, bound: bound)
    }

    /// What there is of all files when all that was begun is over.
    private func taken(from ahead: ReadingsAtStart) async -> [Bool] {
        defer { ahead.workers.stop() }
        while ahead.isReading { await Task.yield() }
        return paths.map { ahead.take($0)?.content != nil }
    }

    @Test("is each file, once")
    func each() async {
        let ahead = readings()
        for path in paths { ahead.add(path) }
        #expect(await taken(from: ahead) == [true, true, true])
        #expect(await taken(from: ahead) == [false, false, false])
    }

    @Test("is nothing where there is one file or one processor")
    func nothing() async {
        let alone = readings()
        alone.add(paths[0])
        #expect(await taken(from: alone) == [false, false, false])
        let single = readings(processors: 1)
        for path in paths { single.add(path) }
        #expect(await taken(from: single) == [false, false, false])
    }

    @Test("ends with the file that reaches the bound")
    func bounded() async {
        let ahead = readings(bound: 10)
        for path in paths { ahead.add(path) }
        #expect(await taken(from: ahead) == [true, true, false])
    }

    @Test("is no file that is found after the end")
    func ended() async {
        let ahead = readings()
        ahead.end()
        for path in paths { ahead.add(path) }
        #expect(await taken(from: ahead) == [false, false, false])
    }
}
