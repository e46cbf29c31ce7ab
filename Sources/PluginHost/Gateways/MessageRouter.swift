internal import LinuxSystem
internal import Synchronization

/// Takes messages from gateways to whoever listens, and from whoever writes to gateways (RS-11).
final class MessageRouter: Sendable {
    /// How long a gateway may take to send a message if nobody says.
    static let usualTime = Duration.seconds(30)

    let gateways: GatewayTable
    private let events: EventExchange
    private let calls: WatchedCalls
    private let limiter = ComplaintLimiter<String>()
    /// The gateways that were said to be ready, with their plugins; held while it is told what has become of them.
    private let ready = Mutex<[String: String]>([:])
    private let warn: @Sendable (_ plugin: String, _ message: String) -> Void

    init(
        gateways: GatewayTable,
        events: EventExchange,
        caller: any ComponentCaller,
        warn: @escaping @Sendable (_ plugin: String, _ message: String) -> Void
    ) {
        self.gateways = gateways
        self.events = events
        self.warn = warn
        calls = WatchedCalls(caller: caller, name: "messages")
    }

    /// Publishes a message that came in as the event `ph.message.received.GATEWAY`.
    func receive(
        _ message: GatewayMessage,
        from plugin: String,
        generation: UInt64
    ) throws(PluginError) -> ReceiveReceipt {
        let receipt: ReceiveReceipt
        do throws(PluginError) {
            receipt = try gateways.accept(message, from: plugin, generation: generation)
        } catch {
            if let text = limiter.text(error.message, about: "\(plugin) \(error.code)") { warn(plugin, text) }
            throw error
        }
        guard receipt.accepted, let name = message.gateway else { return receipt }
        events.publish("\(Topic.reservedPrefix)message.received.\(name)") {
            var message = message
            message.route = receipt.route
            return (try? JSONCoding.encode(message)) ?? []
        }
        return receipt
    }

    /// Sends a message by the gateway that it names or its route leads to; this thread waits.
    func send(_ message: GatewayMessage, until deadline: MonotonicInstant? = nil) throws(PluginError) -> SendReceipt {
        let way = try gateways.way(for: message)
        var message = message
        message.gateway = way.name
        message.route = way.route
        let input = try JSONCoding.encode(message)
        let answer: [UInt8]
        do throws(PluginError) {
            answer = try calls.call(
                way.plugin,
                ComponentMethod.send(way.name),
                input,
                deadline: deadline ?? .now.advanced(by: Self.usualTime),
                of: "the gateway \(way.name) of \(way.plugin)",
                gateways.hanging(in: way.name)
            )
        } catch {
            gateways.countSent(way.name, success: false)
            throw error
        }
        gateways.countSent(way.name, success: true)
        events.publish("\(Topic.reservedPrefix)message.sent.\(way.name)") { input }
        guard !answer.isEmpty else { return SendReceipt(gateway: way.name) }
        guard case .object(let fields)? = try? JSONCoding.decode(JSONValue.self, from: answer),
            case .string(let id)? = fields["id"]
        else { return SendReceipt(gateway: way.name) }
        return SendReceipt(gateway: way.name, id: id)
    }

    /// Takes note of what a generation says of a gateway's readiness.
    func say(_ route: GatewayRoute?, _ name: String, of plugin: String, generation: UInt64) throws(PluginError) {
        try gateways.say(route, name, of: plugin, generation: generation)
        tellReadiness()
    }

    /// Takes note that a plugin's process is gone, with what its generations up to this one have said.
    func forget(_ plugin: String, upTo generation: UInt64) {
        gateways.forget(plugin, upTo: generation)
        tellReadiness()
    }

    /// Says which gateways have become ready, as `ph.gateway.ready.GATEWAY`, and which are so no more, as
    /// `ph.gateway.not-ready.GATEWAY`, whoever has said what meanwhile.
    func tellReadiness() {
        ready.withLock { before in
            let now = gateways.statuses.filter(\.isReady).reduce(into: [:]) { $0[$1.name] = $1.plugin }
            for (word, gained, lost) in [("not-ready", before, now), ("ready", now, before)] {
                for (name, plugin) in gained.sorted(by: { $0.key < $1.key }) where lost[name] == nil {
                    events.publish("\(Topic.reservedPrefix)gateway.\(word).\(name)") {
                        (try? JSONCoding.encode(["gateway": name, "plugin": plugin])) ?? []
                    }
                }
            }
            before = now
        }
    }

    func stop() { calls.stop() }
}
