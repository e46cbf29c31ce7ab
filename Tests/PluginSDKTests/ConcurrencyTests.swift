import CPluginABI
import PluginSDK
import Synchronization
import Testing

@Suite("Calls at the same time")
struct ConcurrencyTests {
    /// What makes an instance's address `Sendable` for the length of one test.
    private struct Address: Sendable {
        let value: Int
        init(_ plugin: DrivenPlugin) { value = Int(bitPattern: Unmanaged.passUnretained(plugin).toOpaque()) }
        var plugin: DrivenPlugin? {
            UnsafeRawPointer(bitPattern: value).map { Unmanaged<DrivenPlugin>.fromOpaque($0).takeUnretainedValue() }
        }
    }

    @Test("all reach a concurrent plugin, and its state can be saved beside them (PL-8)", .timeLimit(.minutes(10)))
    func allReach() async throws {
        let plugin = try DrivenPlugin(Tally.self)
        let address = Address(plugin)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<500).allSatisfy { _ in address.plugin?.call("add").status == PH_OK } }
            }
            group.addTask { (0..<100).allSatisfy { _ in address.plugin?.save().reply.status == PH_OK } }
            for await succeeded in group { #expect(succeeded) }
        }
        #expect(withExtendedLifetime(plugin) { plugin.call("add").text } == "2001")
    }

    @Test("don't reach a plugin that serves one at a time, nor do questions, nor do notices", .timeLimit(.minutes(10)))
    func keepOthersAway() throws {
        let plugin = try DrivenPlugin(Reentrant.self)
        let address = Address(plugin)
        let seen = Mutex<(call: ph_status_t?, health: Int32?)>((nil, nil))
        // The plugin logs while it serves; that is the moment in which the others come.
        plugin.host.memory.withLock {
            $0.onLog = {
                guard let plugin = address.plugin else { return }
                let (call, health) = (plugin.call("told").status, plugin.health().status)
                _ = plugin.tellReloaded("base", generation: 2)
                seen.withLock { $0 = (call, health) }
            }
        }
        #expect(plugin.call("serve").status == PH_OK)
        #expect(seen.withLock { $0.call } == PH_BUSY)
        #expect(seen.withLock { $0.health } == PH_HEALTHY)
        #expect(plugin.call("told").text == #"["base: reloaded(generation: 2)"]"#)
    }
}
