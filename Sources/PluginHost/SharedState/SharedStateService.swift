internal import CPluginABI

/// What plugins ask of the shared state: `get`, `set`, `compare-and-set`, `remove` and `keys`.
struct SharedStateService: HostService {
    let values: SharedState

    var name: String { PH_SHARED_STATE_V1 }
    var permission: Permission? { .sharedState }

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        switch request.method {
        case "get": return try get(request)
        case "set", "compare-and-set": return try set(request)
        case "remove":
            let key = String(decoding: request.input, as: UTF8.self)
            let wasThere = try request.attempt { stays throws(PluginError) in
                guard stays else { return (values.value(of: key) != nil, nil) }
                let removed = values.remove(key, by: request.plugin)
                return (removed != nil, removed.map { values.takingBack(key, from: nil, to: $0) })
            }
            return try JSONCoding.encode(["removed": wasThere])
        case "keys":
            return try JSONCoding.encode(values.keys(beginningWith: String(decoding: request.input, as: UTF8.self)))
        default:
            throw PluginError(
                code: .methodNotFound,
                message: "\(name) has no method '\(request.method.prefix(80))'; there are get, set, compare-and-set, "
                    + "remove, keys"
            )
        }
    }

    private struct Answer: Encodable {
        var type: String
        var version: UInt64
        var kept: Bool
    }

    private func get(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        let key = String(decoding: request.input, as: UTF8.self)
        guard let value = values.value(of: key) else {
            throw PluginError(code: .notFound, message: "there is no shared value '\(key.prefix(160))'")
        }
        let header = Answer(type: value.type, version: value.version, kept: value.isKept)
        return try JSONCoding.encode(header) + [UInt8(ascii: "\n")] + value.bytes
    }

    private struct Header: Decodable {
        var key: String
        var type: String?
        var keep: Bool?
        var version: UInt64?
    }

    private struct Outcome: Encodable {
        var set: Bool
        var version: UInt64
    }

    private func set(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        let end = request.input.firstIndex(of: UInt8(ascii: "\n")) ?? request.input.endIndex
        let header: Header
        do throws(PluginError) {
            header = try JSONCoding.decode(from: Array(request.input[..<end]))
        } catch {
            throw PluginError(
                code: .badPayload,
                message:
                    "\(name): \(request.method): the first line of the input has to be an object with key, type, keep "
                    + "and version: \(error.message)"
            )
        }
        var expected: UInt64?
        if request.method == "compare-and-set" {
            guard let version = header.version else {
                throw PluginError(code: .badPayload, message: "\(name): \(request.method): 'version' is missing")
            }
            expected = version
        }
        let outcome = try request.attempt { stays throws(PluginError) in
            let change = try values.set(
                header.key,
                Array(request.input[end...].dropFirst()),
                header.type ?? "bytes",
                header.keep ?? false,
                from: expected,
                by: request.plugin,
                stays: stays
            )
            let undo = values.takingBack(header.key, from: change.version, to: change.before)
            return (Outcome(set: change.isSet, version: change.version), change.isSet ? undo : nil)
        }
        return try JSONCoding.encode(outcome)
    }
}
