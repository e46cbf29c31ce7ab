/// Writes metrics down as text.
struct MetricsText {
    let format: MetricsFormat

    /// The text with all families that have a sample, in their order.
    func text(of families: [MetricFamily]) -> String {
        var text = ""
        for family in families where !family.samples.isEmpty { write(family, to: &text) }
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    private func write(_ family: MetricFamily, to text: inout String) {
        let name = describedName(of: family)
        let help = "# HELP \(name) \(escaped(help: family.help))\n"
        switch format {
        case .openMetrics:
            text += "# TYPE \(name) \(family.kind.rawValue)\n"
            if let unit = family.unit { text += "# UNIT \(name) \(unit.rawValue)\n" }
            text += help
        case .prometheus: text += help + "# TYPE \(name) \(prometheusType(of: family.kind))\n"
        }
        for sample in family.samples {
            text += family.name + sample.suffix
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\($0.name)=\"\(Self.escaped(label: $0.value))\"" }
                text += "{\(labels.joined(separator: ","))}"
            }
            text += " \(Self.text(of: sample.value))\n"
        }
    }

    /// The name that the lines above the samples are about: in Prometheus' own format that of the samples.
    private func describedName(of family: MetricFamily) -> String {
        guard format == .prometheus else { return family.name }
        switch family.kind {
        case .counter: return family.name + "_total"
        case .info: return family.name + "_info"
        case .gauge, .histogram, .summary, .stateset: return family.name
        }
    }

    private func prometheusType(of kind: MetricFamily.Kind) -> String {
        switch kind {
        case .info, .stateset: MetricFamily.Kind.gauge.rawValue
        default: kind.rawValue
        }
    }

    // MARK: Values

    private func escaped(help: String) -> String {
        let text = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        return format == .openMetrics ? text.replacing("\"", with: "\\\"") : text
    }

    /// The value of a label as it stands between quotation marks.
    static func escaped(label: String) -> String {
        guard label.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\n"), UInt8(ascii: "\"")].contains($0) })
        else { return label }
        return label.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\"", with: "\\\"")
    }

    private static func text(of value: MetricFamily.Value) -> String {
        switch value {
        case .whole(let number): "\(number)"
        case .real(let number): Self.number(number)
        }
    }

    /// A number as both formats read it.
    static func number(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        return "\(number)"
    }
}
