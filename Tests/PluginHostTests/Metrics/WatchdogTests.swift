import Foundation
import LinuxSystem
import Synchronization
import Testing

@testable import PluginHost

@Suite("The sign of life for a watchdog", .timeLimit(.minutes(10)))
struct WatchdogTests {
    @Test("comes from the thread that decides everything, again and again, and ends with the host")
    func comesFromLoop() async throws {
        let root = NSTemporaryDirectory() + "watchdog-\(UUID().uuidString)"
        let host = try PluginHost(HostConfiguration(pluginDirectories: [root], stateDirectory: "\(root)/state"))
        defer { try? FileManager.default.removeItem(atPath: root) }
        let (signs, continuation) = AsyncStream.makeStream(of: Bool.self)
        host.whileAlive(every: .milliseconds(5)) { [loop = host.conductor.loop] in continuation.yield(loop.isCurrent) }
        var count = 0
        for await isOnLoop in signs {
            #expect(isOnLoop)
            count += 1
            if count == 3 { break }
        }
        await host.stop()
    }
}
