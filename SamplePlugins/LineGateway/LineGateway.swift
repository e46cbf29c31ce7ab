// A message gateway that is real: lines over a Unix socket, talked to by `nc -U` or `socat`.
//
//   "line-gateway": { "settings": { "socket": "/tmp/lines.sock" } }     in the configuration, and the permission `gateways`
//   nc -U /tmp/lines.sock                                               each connection is a conversation: 1, 2, 3 …
//
// In a process of its own the plugin may write in its own directory only, where it begins: there "lines.sock" is a path, of
// the file `plugins/line-gateway/data/lines.sock` in the host's state directory.
//
//   plugin-host send --gateway lines --conversation 1 hello             writes to one; without a conversation, to all
//
// A line that comes in is a message, which the host publishes as the event `ph.message.received.lines`. At a reload the new
// generation makes the socket again at the same path; connections of the old one end with it, and clients connect anew.
// The state carries the number of the next conversation, so that no number means two.

public import PluginSDK
internal import Synchronization

final class LineGateway: StatefulPlugin, ComponentPlugin, ConcurrentPlugin {
    static let metadata = PluginMetadata(
        id: "line-gateway",
        name: "Line gateway",
        version: "1.0.0",
        type: .communication,
        permissions: ["gateways"]
    )

    /// What survives a reload.
    struct State: Codable {
        var nextConversation = 1
    }

    private let context: PluginContext
    private let parts = Mutex(Parts())

    private struct Parts {
        var socket = ""
        var server: LineServer?
        var firstConversation = 1
    }

    init(context: PluginContext) { self.context = context }

    static func register(in methods: inout MethodTable<LineGateway>) {}

    var state: State {
        get { parts.withLock { State(nextConversation: $0.server?.nextNumber ?? $0.firstConversation) } }
        set { parts.withLock { $0.firstConversation = newValue.nextConversation } }
    }

    // MARK: Life

    func initialise(_ configuration: PluginConfiguration) throws {
        guard let socket = try configuration.string("socket") else {
            throw PluginFailure("the setting socket is missing: a path for the socket, such as /tmp/lines.sock")
        }
        parts.withLock { $0.socket = socket }
    }

    func start() throws {
        try listen(at: parts.withLock { $0.socket }, from: parts.withLock { $0.firstConversation })
        try context.messages.ready("lines")
    }

    /// Moves to another socket; the conversations of the old one end.
    func configure(_ configuration: PluginConfiguration) throws {
        let (socket, server) = parts.withLock { ($0.socket, $0.server) }
        try initialise(configuration)
        let next = parts.withLock { $0.socket }
        guard let server, next != socket else { return }
        // From here on it gives nobody a number.
        server.pause()
        do {
            try listen(at: next, from: server.nextNumber)
        } catch {
            parts.withLock { $0.socket = socket }
            server.resume()
            throw error
        }
        server.stop()
    }

    private func listen(at socket: String, from conversation: Int) throws {
        let server = LineServer(path: socket, firstNumber: conversation) { [context] conversation, line in
            LineGateway.receive(line, in: conversation, context)
        }
        do {
            try server.start()
        } catch let failure as LineServer.Failure {
            throw PluginFailure(failure.message)
        }
        parts.withLock { $0.server = server }
    }

    // The server has a thread of its own, which numbers conversations: what is saved must not be out of date before the switch.
    func pause() throws { parts.withLock { $0.server }?.pause() }
    func resume() throws { parts.withLock { $0.server }?.resume() }

    func stop() throws {
        parts.withLock { $0.server }?.stop()
        try? context.messages.notReady("lines")
    }

    // MARK: Messages

    var components: Components<LineGateway> {
        Gateway("lines", platform: "socket", protocolName: "lines of UTF-8") { plugin, json in
            let message = try GatewayMessage(json: json)
            guard let server = plugin.parts.withLock({ $0.server }) else { throw PluginFailure("there is no socket") }
            let conversation = try message.conversation.map { text in
                guard let number = Int(text) else { throw PluginFailure("there is no conversation \(text)") }
                return number
            }
            let count = server.write(message.text, to: conversation)
            guard count > 0 || conversation == nil else {
                throw PluginFailure("the conversation \(message.conversation ?? "") has ended, or does not read")
            }
            return nil
        }
    }

    private static func receive(_ line: String, in conversation: Int, _ context: PluginContext) {
        do {
            try context.messages.receive(GatewayMessage(line, gateway: "lines", conversation: "\(conversation)"))
        } catch {
            context.warning("a line was not accepted: \(error)")
        }
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: LineGateway.self) }
