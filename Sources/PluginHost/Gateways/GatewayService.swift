internal import CPluginABI

/// Lets gateways say that they are ready and bring messages in, and plugins send messages (RS-11).
///
/// `ready` takes a gateway's name, or an object with the name as `gateway` and parts of its route: `platform`, `account`,
/// `scope`. `not-ready` takes the name. `receive` and `send` take a message as JSON.
struct GatewayService: HostService {
    private struct Readiness: Decodable {
        var gateway: String
        var platform: String?
        var account: String?
        var scope: String?
    }

    let messages: MessageRouter

    var name: String { PH_GATEWAYS_V1 }
    var permission: Permission? { .gateways }

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        switch request.method {
        case "ready":
            let (gateway, route) = try readiness(request.input)
            try say(route, gateway, request)
            return []
        case "not-ready":
            try say(nil, try readiness(request.input).gateway, request)
            return []
        case "receive":
            let message: GatewayMessage = try JSONCoding.decode(from: request.input)
            if request.isOnTrial { return try JSONCoding.encode(ReceiveReceipt(accepted: true)) }
            return try JSONCoding.encode(
                try messages.receive(message, from: request.plugin, generation: request.generation)
            )
        case "send":
            let message: GatewayMessage = try JSONCoding.decode(from: request.input)
            if request.isOnTrial {
                return try JSONCoding.encode(SendReceipt(gateway: messages.gateways.way(for: message).name))
            }
            return try JSONCoding.encode(try messages.send(message, until: request.deadline))
        case let method:
            throw .unknownMethod(method, of: name, known: ["ready", "not-ready", "receive", "send"])
        }
    }

    private func say(_ route: GatewayRoute?, _ gateway: String, _ request: ServiceRequest) throws(PluginError) {
        try request.perform {
            [messages, plugin = request.plugin, generation = request.generation] () throws(PluginError) in
            try messages.say(route, gateway, of: plugin, generation: generation)
        }
    }

    private func readiness(_ input: [UInt8]) throws(PluginError) -> (gateway: String, route: GatewayRoute) {
        guard input.first == UInt8(ascii: "{") else {
            guard let gateway = String(validating: input, as: UTF8.self), !gateway.isEmpty else {
                throw PluginError(code: .badPayload, message: "the name of the gateway is missing")
            }
            return (gateway, GatewayRoute())
        }
        let said: Readiness = try JSONCoding.decode(from: input)
        return (said.gateway, GatewayRoute(platform: said.platform, account: said.account, scope: said.scope))
    }
}
