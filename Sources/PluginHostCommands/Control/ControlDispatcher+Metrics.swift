internal import PluginHost

extension ControlDispatcher {
    static let metricsMethods = ["metrics"]

    /// Carries out what is about metrics; `nil` for any other method.
    func performMetrics(_ method: String, _ parameters: ControlParameters) throws(ControlError) -> [UInt8]? {
        guard method == "metrics" else { return nil }
        try parameters.allow("format")
        var format = MetricsFormat.openMetrics
        if let name = try parameters.optionalText("format") {
            guard let named = MetricsFormat(rawValue: name) else {
                throw .invalidParameters("format is \(MetricsFormat.names), not \(name)")
            }
            format = named
        }
        let (host, chosen) = (host, format)
        let text = Blocking.wait { await host.metrics(in: chosen) }
        return try json(["format": chosen.rawValue, "text": text])
    }
}

extension MetricsFormat {
    /// All of them, for messages.
    static let names = allCases.map(\.rawValue).joined(separator: " or ")
}
