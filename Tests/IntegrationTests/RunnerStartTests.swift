import Foundation
import LinuxSystem
import RunnerSandbox
import Synchronization
import TestSupport
import Testing

@testable import PluginHost

@Suite("The start of a runner", .limited, .timeLimit(.minutes(10)))
struct RunnerStartTests {
    @Test("is waited for by nobody if the host stops meanwhile (RS-6)")
    func stopsMeanwhile() async throws {
        let shop = try Workshop()
        let stop = Mutex<(@Sendable () -> Void)?>(nil)
        var calls = try FakeControlGroups(in: shop.root).calls
        let make = calls.controlGroups.makeDirectory
        calls.controlGroups.makeDirectory = { path throws(SystemCallError) in
            // The process runs, and nobody knows of it yet.
            stop.withLock { $0.take() }?()
            try make(path)
        }
        let configuration = shop.isolated { ($0.controlGroup, $0.runnerStartTimeout) = (.required, .seconds(200)) }
        let pool = try #require(
            try RunnerPool.make(
                configuration,
                images: try ImageStore(directory: shop.root + "/copies"),
                directory: try StateDirectory(path: shop.state),
                calls: calls
            ) { _ in }
        )
        stop.withLock { $0 = { pool.stop(until: .now.advanced(by: .seconds(200))) } }
        let product = try Workshop.product("Reverse")
        let image = try ImageInspector.inspect(Array(product), path: "/libReverse.so")
        let load = OnThread { try pool.load(image, expecting: nil, in: .process).process }
        let error = await #expect(throws: PluginError.self) { try await load.value }
        #expect(error?.code == .shuttingDown)
    }
}
