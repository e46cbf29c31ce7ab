import Foundation
import LinuxSystem
import RunnerProtocol
import RunnerSandbox
import Synchronization
import TestSupport
import Testing

@testable import PluginHost

@Suite("The runners of a host", .limited, .timeLimit(.minutes(10)))
final class RunnerPoolTests {
    private let directory: TemporaryDirectory
    private let image: InspectedImage
    private let settings: RunnerSettings
    private let images: ImageStore
    /// What happens once while a channel is made.
    private let meanwhile: Meanwhile

    private final class Meanwhile: Sendable {
        let body = Mutex<(@Sendable () -> Void)?>(nil)
        let warnings = Mutex<[String]>([])
    }

    init() throws {
        directory = try TemporaryDirectory()
        let product = try #require(try Mappings.product("Reverse"))
        image = try ImageInspector.inspect(Array(Data(contentsOf: URL(fileURLWithPath: product))), path: product)
        images = try ImageStore(directory: directory.path + "/images")
        let meanwhile = Meanwhile()
        self.meanwhile = meanwhile
        settings = RunnerSettings(
            executable: (product as NSString).deletingLastPathComponent + "/plugin-runner",
            startTimeout: .seconds(200),
            lifecycleTimeout: .seconds(200),
            callTimeout: .seconds(200),
            warm: 0,
            sandbox: { _, _ in RunnerSandboxing() },
            makeMemory: { () throws(ChannelSetupError) in
                meanwhile.body.withLock { $0.take() }?()
                return try ChannelMemory()
            },
            report: { _ in },
            warn: { warning in meanwhile.warnings.withLock { $0.append(warning) } },
            print: { _, _ in }
        )
    }

    /// The test's time limit ends a wait in vain.
    private func waitUntilNoneIsUsed(in pool: RunnerPool) async throws {
        while pool.counts.used > 0 { try await Task.sleep(for: .milliseconds(5)) }
        // Nobody is left to wait for.
        pool.stop(until: .now.advanced(by: .seconds(200)))
    }

    /// Loads the image on a thread of its own: it may take seconds, and must not block the threads of tasks.
    private func load(
        into pool: RunnerPool,
        expecting plugin: String? = nil,
        in isolation: Isolation
    ) async throws -> any PluginImage {
        try await withCheckedThrowingContinuation { continuation in
            DetachedThread.start(name: "test") { [image] in
                continuation.resume(with: Result { try pool.load(image, expecting: plugin, in: isolation) })
            }
        }
    }

    @Test("stay for a plugin of a group that comes while the last of the others goes (RS-1)")
    func lastOfAGroup() async throws {
        let pool = RunnerPool(settings, images: images)
        let first = try await load(into: pool, in: .group("g"))
        meanwhile.body.withLock { $0 = { first.retire() } }
        let second = try await load(into: pool, in: .group("g"))
        #expect(second.process == first.process && !second.isLost)
        second.retire()
        try await waitUntilNoneIsUsed(in: pool)
    }

    @Test("that are started for a plugin have its name in their environment (RS-2)")
    func environment() async throws {
        let pool = RunnerPool(settings, images: images)
        let image = try await load(into: pool, expecting: "reverse", in: .process)
        let process = try #require(image.process)
        let variables = try OwnedFileDescriptor.open("/proc/\(process)/environ", flags: O_RDONLY).readToEnd()
        let names = String(decoding: variables, as: UTF8.self).split(separator: "\0")
        #expect(names.contains("PLUGIN_HOST_RUNNER_PLUGINS=reverse"))
        image.retire()
        try await waitUntilNoneIsUsed(in: pool)
    }

    @Test("end when they can't be told what they are for (RS-6)", arguments: [Isolation.process, .group("g")])
    func untold(isolation: Isolation) async throws {
        var settings = settings
        // More than any message has room for.
        let paths = Array(repeating: "/" + String(repeating: "x", count: 1000), count: 200)
        settings.sandbox = { _, _ in RunnerSandboxing(rules: SandboxRules(readable: paths)) }
        let pool = RunnerPool(settings, images: images)
        await #expect(throws: PluginError.self) { try await load(into: pool, expecting: "a", in: isolation) }
        try await waitUntilNoneIsUsed(in: pool)
    }

    @Test("that are to be kept ready end when they can't be told how (RS-6)")
    func untoldSpare() async throws {
        var settings = settings
        settings.warm = 1
        let paths = Array(repeating: "/" + String(repeating: "x", count: 1000), count: 200)
        settings.sandbox = { _, _ in RunnerSandboxing(rules: SandboxRules(readable: paths)) }
        let pool = RunnerPool(settings, images: images)
        pool.refill()
        while meanwhile.warnings.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
        try await waitUntilNoneIsUsed(in: pool)
    }

    @Test("that are of another version say so in the error of whoever needs one (RS-2)")
    func otherVersion() async throws {
        var settings = settings
        settings.executable = directory.path + "/plugin-runner"
        let script = "#!/bin/sh\necho 'plugin-runner: the host speaks another version' >&2\nexit 64\n"
        _ = FileManager.default.createFile(
            atPath: settings.executable,
            contents: Data(script.utf8),
            attributes: [.posixPermissions: 0o755]
        )
        awaitLastWriter(of: settings.executable)
        let pool = RunnerPool(settings, images: images)
        let error = await #expect(throws: PluginError.self) { try await load(into: pool, in: .process) }
        #expect(error?.message.contains("status 64: plugin-runner: the host speaks another version") == true)
        try await waitUntilNoneIsUsed(in: pool)
    }

    @Test("are known to have ended while the report of another one's crash is written (RS-7, RS-8)")
    func slowDisk() async throws {
        let writing = Monitor((begun: false, ended: false))
        var settings = settings
        settings.report = { _ in
            writing.withLock { $0.begun = true }
            _ = writing.wait(for: .entry, until: nil) { $0.ended ? true : nil }
        }
        let pool = RunnerPool(settings, images: images)
        let first = try await load(into: pool, in: .process)
        let second = try await load(into: pool, in: .process)
        kill(try #require(first.process), SIGKILL)
        while !writing.withLock({ $0.begun }) { try await Task.sleep(for: .milliseconds(5)) }
        kill(try #require(second.process), SIGKILL)
        while !second.isLost { try await Task.sleep(for: .milliseconds(5)) }
        writing.withLock { $0.ended = true }
        writing.broadcast(.entry)
        try await waitUntilNoneIsUsed(in: pool)
    }

    @Test("that are promised twice at once are not left over (RS-6)")
    func promisedTwice() async throws {
        let door = Monitor((count: 0, isOpen: false))
        var settings = settings
        settings.warm = 2
        settings.sandbox = { plugin, _ in
            guard plugin != nil else { return RunnerSandboxing() }
            // The first one waits until the second has been promised.
            let isFirst = door.withLock { door in
                door.count += 1
                return door.count == 1
            }
            if isFirst { _ = door.wait(for: .entry, until: nil) { $0.isOpen ? true : nil } }
            return RunnerSandboxing()
        }
        let pool = RunnerPool(settings, images: images)
        pool.refill()
        while pool.counts.spare < 2 { try await Task.sleep(for: .milliseconds(5)) }
        DetachedThread.start(name: "test") { pool.promise(.plugin("a")) }
        while door.withLock({ $0.count == 0 }) { try await Task.sleep(for: .milliseconds(5)) }
        pool.promise(.plugin("a"))
        door.withLock { $0.isOpen = true }
        door.broadcast(.entry)
        try await waitUntilNoneIsUsed(in: pool)
    }
}
