import LinuxSystem
import Synchronization
import Testing

@testable import PluginHostCommands

@Suite("A configuration file that is followed", .timeLimit(.minutes(10)))
struct ConfigurationWatcherTests {
    @Test("is read again though others change things beside it all the time")
    func busyDirectory() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/host.json"
        try AtomicFile.replace(path, with: Array("1".utf8))
        let (contents, told) = AsyncStream.makeStream(of: [UInt8].self)
        let watcher = try ConfigurationWatcher(path) { told.yield($0) }
        let others = Others(beside: path)
        defer {
            others.stop()
            watcher.stop()
        }
        for content in ["2", "3"] {
            try AtomicFile.replace(path, with: Array(content.utf8))
            #expect(await contents.first { _ in true } == Array(content.utf8))
        }
    }

    /// Writes a file beside another one without pause.
    private final class Others: Sendable {
        private let isOver = Atomic(false)

        init(beside path: String) {
            DetachedThread.start(name: "others") { [self] in
                while !isOver.load(ordering: .relaxed) { try? AtomicFile.publish(path + ".other", []) }
            }
        }

        func stop() {
            isOver.store(true, ordering: .relaxed)
        }
    }
}
