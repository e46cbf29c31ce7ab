internal import PluginHost
internal import struct FoundationEssentials.Data
internal import LinuxSystem

extension ClientVerb {
    /// Calls a plugin.
    static let call = ClientVerb { (context) throws(CommandFailure) in
        let operands = context.arguments.operands
        var parameters: [String: JSONValue] = ["plugin": .string(operands[0]), "method": .string(operands[1])]
        if let text = context.arguments.value("--timeout") {
            guard let timeout = DurationText.parse(text), timeout > .zero else {
                throw .usage("--timeout needs a time such as 500ms or 30s, not \(text)")
            }
            parameters["timeoutSeconds"] = .number(timeout.inSeconds)
        }
        let request = parameters
        return { client in
            var request = request
            let input = operands.count > 2 ? operands[2] : ""
            if input == "-" {
                request["inputBase64"] = .string(Data(try context.streams.readInput()).base64EncodedString())
            } else {
                request["input"] = .string(input)
            }
            let answer = try client.request("call", request)
            if context.arguments.has("--json") { return try context.printJSON(try answer.result()) }
            guard let bytes = try answer.result(CallAnswer.self).bytes else {
                throw ControlClientError.broken("the host's answer is damaged")
            }
            let needsLineFeed = context.streams.outputIsTerminal && bytes.last != UInt8(ascii: "\n")
            try context.streams.output(bytes + (needsLineFeed ? [UInt8(ascii: "\n")] : []))
        }
    }
}
