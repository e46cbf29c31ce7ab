internal import CPluginABI
internal import PluginHost

extension ConformanceCheck {
    static let health = ConformanceCheck(
        "health",
        "it says how it is, and gives its figures as one JSON object",
        promise:
            "check_health sets health to PH_HEALTHY, PH_DEGRADED or PH_UNHEALTHY; statistics writes figures as one JSON "
            + "object (plugin_abi.h; LM-2).",
        hint: "'plugin-host health ID' and 'plugin-host statistics ID' ask a plugin that runs."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        subject.note("check_health was called")
        let (reply, level) = subject.health()
        guard reply.isOK else { throw .violated("check_health failed: \(reply.reason)") }
        guard (PH_HEALTHY...PH_UNHEALTHY).contains(level) else {
            throw .violated("check_health says \(level), which is no level of health")
        }
        guard level != PH_UNHEALTHY else { throw .violated("it is unhealthy after its start: \(reply.complaint)") }
        subject.note("statistics was called")
        if let figures = subject.statistics() {
            guard figures.isOK else { throw .violated("statistics failed with \(Reply.name(of: figures.status))") }
            let value = try? JSONCoding.decode(JSONValue.self, from: figures.bytes)
            guard case .object = value else {
                let text = String(decoding: figures.bytes.prefix(60), as: UTF8.self)
                throw .violated("its statistics are no JSON object: '\(text)'")
            }
        }
        try trial.end(subject)
        return level == PH_DEGRADED ? "it says that it is degraded: \(reply.complaint)" : nil
    }
}
