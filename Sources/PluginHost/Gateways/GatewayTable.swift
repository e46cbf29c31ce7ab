internal import LinuxSystem
internal import Synchronization

/// The message gateways of all plugins: who is ready, what may come in, and which way goes out (RS-11).
///
/// A gateway says by its generation whether it is ready. The word of a generation counts when that serves; until a new
/// generation has said something, the word of the one before goes on. A plugin that is gone, or has crashed, takes it along.
final class GatewayTable: Sendable {
    /// Tells which generation of a plugin serves; `nil` if none does.
    typealias LiveGeneration = @Sendable (_ plugin: String) -> UInt64?

    private static let longestKey = 512
    private static let mostPending = 64

    private struct Gateway {
        let plugin: String
        var declaration: GatewayDeclaration
        var counts = GatewayStatus.Counts()
        var rate: RateLimit
        var seen: SeenKeys
        /// The calls of the generation that serves which hang.
        var hanging = HangingCalls(limit: HangingCalls.most)
    }

    private struct Key: Hashable {
        let plugin: String
        let name: String
    }

    private struct State {
        var gateways: [String: Gateway] = [:]
        /// What the generations have said: where they are ready, or `nil` for not at all.
        var words: [Key: [UInt64: GatewayRoute?]] = [:]
    }

    /// A way out for a message.
    struct Way: Hashable, Sendable {
        let plugin: String
        let name: String
        let route: GatewayRoute
    }

    private let state = Mutex(State())
    private let limits: MessageLimits
    private let liveGeneration: LiveGeneration

    init(limits: MessageLimits = MessageLimits(), liveGeneration: @escaping LiveGeneration) {
        self.limits = limits
        self.liveGeneration = liveGeneration
    }

    /// All gateways, by name.
    var statuses: [GatewayStatus] {
        let plugins = state.withLock { Set($0.gateways.values.map(\.plugin)) }
        let live = Dictionary(uniqueKeysWithValues: plugins.map { ($0, liveGeneration($0)) })
        return state.withLock { state in
            state.gateways.sorted { $0.key < $1.key }.map { name, gateway in
                let word = Self.word(of: name, gateway, state, live[gateway.plugin] ?? nil)
                return GatewayStatus(
                    name: name,
                    plugin: gateway.plugin,
                    route: .resolved([word, GatewayRoute(gateway.declaration)].compactMap(\.self)),
                    protocol: gateway.declaration.protocolName,
                    receives: gateway.declaration.receives,
                    sends: gateway.declaration.sends,
                    isReady: word != nil,
                    counts: gateway.counts
                )
            }
        }
    }

    // MARK: Readiness

    /// Takes note that a generation says it is ready, at a route of which it may say parts, or, with `nil`, that it is not.
    ///
    /// A generation that does not serve yet may say so before its components are there.
    func say(_ route: GatewayRoute?, _ name: String, of plugin: String, generation: UInt64) throws(PluginError) {
        let live = liveGeneration(plugin)
        let refusal: PluginError? = state.withLock { state in
            let owner = state.gateways[name]?.plugin
            let hasOthers = state.gateways.contains { $0.value.plugin == plugin }
            if owner != plugin, owner != nil || hasOthers && generation == live {
                return Self.undeclared(name, plugin, state)
            }
            let key = Key(plugin: plugin, name: name)
            guard state.words[key] != nil || state.words.count(where: { $0.key.plugin == plugin }) < Self.mostPending
            else {
                return PluginError(code: .busy, message: "\(plugin) says of too many gateways that they are ready")
            }
            var words = state.words[key] ?? [:]
            words.updateValue(route, forKey: generation)
            // The two newest: one that serves, and one that may soon.
            while words.count > 2, let oldest = words.keys.min() { words[oldest] = nil }
            state.words[key] = words
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Forgets what a plugin's generations up to this one have said, whose process is gone.
    func forget(_ plugin: String, upTo generation: UInt64) {
        state.withLock { state in
            for key in state.words.keys where key.plugin == plugin {
                state.words[key] = state.words[key]?.filter { $0.key > generation }
            }
        }
    }

    /// Where a gateway says that it is ready; `nil` if it is not.
    private static func word(
        of name: String,
        _ gateway: Gateway,
        _ state: State,
        _ generation: UInt64?
    ) -> GatewayRoute? {
        guard let words = state.words[Key(plugin: gateway.plugin, name: name)] else { return nil }
        let spoken = words.keys.filter { $0 <= generation ?? .max }.max()
        return spoken.flatMap { words[$0] ?? nil }
    }

    private static func undeclared(_ name: String, _ plugin: String, _ state: State) -> PluginError {
        let own = state.gateways.filter { $0.value.plugin == plugin }.keys.sorted()
        let there = own.isEmpty ? "it has declared none" : "it has declared \(own.joined(separator: ", "))"
        return PluginError(code: .notFound, message: "\(plugin) has no gateway \(name.prefix(64)): \(there)")
    }

    // MARK: In

    /// Says whether a message that a plugin brings in is accepted, and if it is, with what route.
    func accept(
        _ message: GatewayMessage,
        from plugin: String,
        generation: UInt64,
        now: MonotonicInstant = .now
    ) throws(PluginError) -> ReceiveReceipt {
        let result: Result<ReceiveReceipt, PluginError> = state.withLock { state in
            guard let name = message.gateway, let gateway = state.gateways[name], gateway.plugin == plugin else {
                return .failure(Self.undeclared(message.gateway ?? "\"\"", plugin, state))
            }
            guard gateway.declaration.receives else {
                state.gateways[name]?.counts.refused += 1
                return .failure(Self.refusal(name, "it is declared as one that does not receive"))
            }
            guard let word = Self.word(of: name, gateway, state, generation) else {
                state.gateways[name]?.counts.refused += 1
                return .failure(Self.refusal(name, "it has not said that it is ready"))
            }
            if let id = message.id {
                guard id.utf8.count <= Self.longestKey else {
                    state.gateways[name]?.counts.refused += 1
                    return .failure(Self.refusal(name, "the message's id is longer than \(Self.longestKey) bytes"))
                }
            }
            guard state.gateways[name]?.rate.allows(now: now) == true else {
                state.gateways[name]?.counts.limited += 1
                return .failure(
                    PluginError(
                        code: .busy,
                        message: "the gateway \(name) brings more than \(limits.perSecond) messages a second"
                    )
                )
            }
            if let id = message.id, state.gateways[name]?.seen.insert(id, now: now) == false {
                state.gateways[name]?.counts.doubles += 1
                return .success(ReceiveReceipt(accepted: false, reason: "double"))
            }
            state.gateways[name]?.counts.received += 1
            let route = GatewayRoute.resolved(message.routes + [word, GatewayRoute(gateway.declaration)])
            return .success(ReceiveReceipt(accepted: true, route: route))
        }
        return try result.get()
    }

    private static func refusal(_ name: String, _ reason: String) -> PluginError {
        PluginError(code: .failed, message: "a message of the gateway \(name) is not accepted: \(reason)")
    }

    // MARK: Out

    /// The way that a message goes out: its gateway, or the one whose route says most of the message's.
    func way(for message: GatewayMessage) throws(PluginError) -> Way {
        let gateways = statuses
        if let name = message.gateway {
            guard let gateway = gateways.first(where: { $0.name == name }) else {
                let names = gateways.map(\.name)
                let there = names.isEmpty ? "there are none" : "there are \(names.joined(separator: ", "))"
                throw PluginError(code: .notFound, message: "there is no gateway \(name): \(there)")
            }
            guard gateway.sends else {
                throw PluginError(code: .unsupported, message: "the gateway \(name) of \(gateway.plugin) does not send")
            }
            guard gateway.isReady else {
                throw PluginError(code: .busy, message: "the gateway \(name) of \(gateway.plugin) is not ready")
            }
            return Way(
                plugin: gateway.plugin,
                name: name,
                route: .resolved(message.routes + [gateway.route])
            )
        }
        let route = GatewayRoute.resolved(message.routes)
        guard route.platform != nil else {
            throw PluginError(
                code: .badPayload,
                message: "the message names neither a gateway nor a platform that it could go to"
            )
        }
        let fitting = gateways.filter { $0.sends && $0.isReady && $0.route.serves(route) }
        let best = fitting.map(\.route.precision).max()
        let chosen = fitting.filter { $0.route.precision == best }
        guard let gateway = chosen.first else {
            let waiting = gateways.filter { $0.sends && !$0.isReady && $0.route.serves(route) }.map(\.name)
            let hint = waiting.isEmpty ? "" : "; \(waiting.joined(separator: ", ")) would, but is not ready"
            throw PluginError(code: .notFound, message: "no gateway that is ready sends to \(route)\(hint)")
        }
        guard chosen.count == 1 else {
            let names = chosen.map { "\($0.name) of \($0.plugin)" }.joined(separator: " and ")
            throw PluginError(
                code: .conflict,
                message: "\(names) send to \(route) equally well: name one of them in the message"
            )
        }
        return Way(plugin: gateway.plugin, name: gateway.name, route: .resolved([route, gateway.route]))
    }

    /// The calls of a gateway that hang.
    func hanging(in name: String) -> HangingCalls {
        state.withLock { $0.gateways[name]?.hanging } ?? HangingCalls(limit: HangingCalls.most)
    }

    /// Counts a message that went out, or did not.
    func countSent(_ name: String, success: Bool) {
        state.withLock { state in
            if success {
                state.gateways[name]?.counts.sent += 1
            } else {
                state.gateways[name]?.counts.failed += 1
            }
        }
    }
}

extension GatewayTable: ComponentTable {
    func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String? {
        for gateway in declaration.gateways {
            // The name is a word of the topics of its messages.
            guard Topic.problem(gateway.name) == nil, !gateway.name.contains(".") else {
                return "the gateway \"\(gateway.name.prefix(64))\": a name is of a-z A-Z 0-9 _ -"
            }
            if let owner = state.withLock({ $0.gateways[gateway.name]?.plugin }), owner != plugin {
                return "the gateway \(gateway.name) of \(plugin) is taken: \(owner) has one of that name"
            }
        }
        return nil
    }

    func replace(_ declaration: ComponentDeclaration, of plugin: String) {
        state.withLock { state in
            let names = Set(declaration.gateways.map(\.name))
            let hadAny = state.gateways.contains { $0.value.plugin == plugin }
            state.gateways = state.gateways.filter { $0.value.plugin != plugin || names.contains($0.key) }
            if hadAny || names.isEmpty {
                state.words = state.words.filter { $0.key.plugin != plugin || names.contains($0.key.name) }
            }
            for gateway in declaration.gateways {
                if state.gateways[gateway.name] == nil {
                    state.gateways[gateway.name] = Gateway(
                        plugin: plugin,
                        declaration: gateway,
                        rate: RateLimit(perSecond: Double(limits.perSecond), burst: Double(limits.burst)),
                        seen: SeenKeys(limit: limits.rememberedKeys, age: limits.rememberedFor)
                    )
                } else if state.gateways[gateway.name]?.plugin == plugin {
                    state.gateways[gateway.name]?.declaration = gateway
                    state.gateways[gateway.name]?.hanging = HangingCalls(limit: HangingCalls.most)
                }
            }
        }
    }
}
