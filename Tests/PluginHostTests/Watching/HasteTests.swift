import Glibc
import LinuxSystem
import PluginHost
import Synchronization
import TestSupport
import Testing

@Suite("A file that is renamed into its place (HR-9)", .limited, .timeLimit(.minutes(10)))
struct HasteTests {
    /// A scene in which nothing becomes quiet: what is reported was taken at once.
    private static func scene() async throws -> WatchScene {
        let scene = try WatchScene { $0.window = .seconds(3600) }
        try await scene.start()
        return scene
    }

    /// Renames another file into its place, and waits for the report of it.
    private static func fence(_ scene: WatchScene) async throws {
        try scene.shell("printf 'fence END' > source/fence; mv source/fence plugins/fence.so")
        try await scene.untilSettled("fence END", "fence.so")
    }

    @Test("is taken at once")
    func isTaken() async throws {
        let scene = try await Self.scene()
        try scene.shell("mv source/new plugins/p.so")
        try await scene.untilSettled("new END")
    }

    @Test("is not taken at once if somebody goes on writing to it before it was looked at")
    func isWritten() async throws {
        let scene = try await Self.scene()
        let hold = Box(true)
        await withCheckedContinuation { isHeld in
            scene.loop.perform {
                isHeld.resume()
                while hold.value.withLock({ $0 }) { usleep(1000) }
            }
        }
        // By a descriptor for each piece: there is a moment at which nobody has it open.
        try scene.shell("mv source/new plugins/p.so; printf ' half END' >> plugins/p.so")
        hold.value.withLock { $0 = false }
        try await Self.fence(scene)
        #expect(scene.contents().isEmpty)
    }

    @Test(
        "is not taken at once if it has other names, and was written to just now",
        arguments: [
            "ln -s ../source/new x; mv -T x plugins/p.so", "ln source/new x; mv x plugins/p.so",
            "mkdir y; mv source/new y/p.so; mv plugins z; mv y plugins",
        ]
    )
    func hasOtherNames(script: String) async throws {
        let scene = try await Self.scene()
        try scene.shell(script)
        // What is found with a directory is not taken at once either, and the fence is to be.
        await scene.rescan()
        try await Self.fence(scene)
        #expect(scene.contents().isEmpty)
    }

    @Test("is taken at once if it has other names, and has been quiet for long")
    func isOld() async throws {
        let scene = try await Self.scene()
        try scene.shell("touch -d '2 hours ago' source/new; ln -s ../source/new x; mv -T x plugins/p.so")
        try await scene.untilSettled("new END")
    }
}
