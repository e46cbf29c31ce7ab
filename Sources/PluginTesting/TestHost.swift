public import PluginSDK
internal import Synchronization

/// A host as small as one can be: it remembers what plugins tell it, and answers what the test says.
///
/// ```swift
/// let host = TestHost()
/// host.answerCalls(of: "map") { method, input in Array("a picture".utf8) }
/// let plugin = try TestedPlugin(Guide.self, host: host)
/// ```
///
/// Each plugin is granted what its metadata asks for, so that a permission that was forgotten there shows in a test. Several
/// plugins may have one host; they share its values then.
public final class TestHost: Sendable {
    /// What stands for a service; what it throws reaches the plugin.
    public typealias Answer = @Sendable (_ request: ServiceRequest) throws -> [UInt8]
    /// What stands for another plugin; what it throws reaches the plugin that calls.
    public typealias CallAnswer = @Sendable (_ method: String, _ input: [UInt8]) throws -> [UInt8]

    struct Memory {
        var log: [LoggedRecord] = []
        var events: [Event] = []
        var requests: [ServiceRequest] = []
        var answers: [String: Answer] = [:]
        var plugins: [String: CallAnswer] = [:]
        var shared = SharedValues()
    }

    private static let count = Atomic(0)

    /// The host's id, which another one does not have.
    public let id = "test-host-\(TestHost.count.add(1, ordering: .relaxed).newValue)"
    let denied: Set<String>
    let memory = Mutex(Memory())

    /// Creates a host.
    ///
    /// - Parameter denied: Permissions that no plugin gets, whatever its metadata asks for.
    public init(denying denied: Set<String> = []) {
        self.denied = denied
    }

    // MARK: What plugins have done

    /// What was logged, in its order.
    public var log: [LoggedRecord] { memory.withLock { $0.log } }

    /// What was published, be it by `emit` or by the service for events, in its order.
    public var events: [Event] { memory.withLock { $0.events } }

    /// What services were asked for, in its order; what was refused for want of a permission is not among it.
    public var requests: [ServiceRequest] { memory.withLock { $0.requests } }

    // MARK: What plugins are answered

    /// Has a closure stand for a service, in place of what this host has itself.
    public func answer(_ service: String, with answer: @escaping Answer) {
        memory.withLock { $0.answers[service] = answer }
    }

    /// Has a closure stand for another plugin.
    public func answerCalls(of plugin: String, with answer: @escaping CallAnswer) {
        memory.withLock { $0.plugins[plugin] = answer }
    }

    // MARK: Shared values

    /// The value that plugins share under a key; `nil` if there is none.
    public func sharedValue(of key: String) -> SharedValue? {
        memory.withLock { $0.shared.values[key] }
    }

    /// Sets a value that plugins share, as another plugin would.
    public func setSharedValue(_ key: String, to bytes: [UInt8], type: String = "bytes", isKept: Bool = false) {
        memory.withLock { _ = $0.shared.set(key, bytes, type: type, isKept: isKept) }
    }
}
