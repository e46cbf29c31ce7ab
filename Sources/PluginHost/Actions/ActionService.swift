internal import CPluginABI

/// Lets plugins run actions: the method is the action's name, or `ph.list` for the list that language models get (RS-12).
struct ActionService: HostService {
    let actions: ActionTable

    var name: String { PH_ACTIONS_V1 }
    var permission: Permission? { .runActions }

    func serve(_ request: ServiceRequest) throws(PluginError) -> [UInt8] {
        if request.method == "ph.list" { return try JSONCoding.encode(actions.all.map(\.tool)) }
        let arguments: JSONValue = try request.input.isEmpty ? .object([:]) : JSONCoding.decode(from: request.input)
        try request.refuseOnTrial()
        return try JSONCoding.encode(try actions.run(request.method, arguments, until: request.deadline))
    }
}
