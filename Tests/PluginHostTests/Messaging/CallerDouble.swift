import LinuxSystem
import Synchronization

@testable import PluginHost

/// Calls that go where a test wants them.
final class CallerDouble: ComponentCaller {
    typealias Body = @Sendable (_ plugin: String, _ method: String, _ input: [UInt8]) throws(PluginError) -> [UInt8]

    private let body: Body
    private let made = Mutex<[String]>([])

    init(_ body: @escaping Body = { _, _, _ in [] }) { self.body = body }

    /// The calls so far: plugin, method, and what stands behind the first line of the input.
    var calls: [String] { made.withLock { $0 } }

    func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        deadline: MonotonicInstant
    ) throws(PluginError) -> [UInt8] {
        let data = input.firstIndex(of: UInt8(ascii: "\n")).map { input[($0 + 1)...] } ?? input[...]
        made.withLock { $0.append("\(plugin) \(method) \(String(decoding: data, as: UTF8.self))") }
        return try body(plugin, method, input)
    }
}

/// A latch that calls wait at until a test opens it.
final class Latch: Sendable {
    private let isOpen = Monitor(false)

    func open() {
        isOpen.withLock { $0 = true }
        isOpen.broadcast(.entry)
    }

    func wait() { _ = isOpen.wait(for: .entry, until: nil) { $0 ? true : nil } }
}

/// Waits until a condition holds; the test's time limit ends a wait in vain.
func until(_ condition: () -> Bool) async throws {
    while !condition() {
        try Task.checkCancellation()
        try await Task.sleep(for: .milliseconds(2))
    }
}

extension ComponentDeclaration {
    static func of(
        actions: [ActionDeclaration] = [],
        handlers: [HandlerDeclaration] = [],
        hooks: [HookDeclaration] = [],
        gateways: [GatewayDeclaration] = []
    ) -> ComponentDeclaration {
        var declaration = ComponentDeclaration()
        (declaration.actions, declaration.handlers) = (actions, handlers)
        (declaration.hooks, declaration.gateways) = (hooks, gateways)
        return declaration
    }
}
