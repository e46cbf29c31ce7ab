internal import PluginHost

extension ControlDispatcher {
    static let reportMethods = ["health.history"]

    /// Carries out what is asked for reports; `nil` for any other method.
    func performReports(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> [UInt8]? {
        guard method == "health.history" else { return nil }
        try parameters.allow()
        let host = host
        return try json(Blocking.wait { await host.healthHistory() })
    }
}
