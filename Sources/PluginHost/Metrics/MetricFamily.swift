/// Metrics of one name, as OpenMetrics has them: a type, a unit, a help text, and samples.
struct MetricFamily: Hashable, Sendable {
    /// The type, by its name in OpenMetrics.
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
        case summary
        case info
        case stateset
    }

    /// The unit, which ends the name.
    enum Unit: String, Sendable {
        case seconds
        case bytes
    }

    /// A name and a value that tell one metric of a family from the others.
    struct Label: Hashable, Sendable {
        var name: String
        var value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A number that a metric has.
    enum Value: Hashable, Sendable {
        case whole(UInt64)
        case real(Double)
    }

    /// One line.
    struct Sample: Hashable, Sendable {
        /// What follows the name of the family, such as `_bucket`.
        var suffix = ""
        var labels: [Label]
        var value: Value
    }

    /// The name, without what the type adds to it.
    let name: String
    let kind: Kind
    let unit: Unit?
    /// What it means, in one sentence.
    let help: String
    var samples: [Sample] = []

    init(_ name: String, _ kind: Kind, in unit: Unit? = nil, _ help: String) {
        precondition(unit.map { name.hasSuffix("_\($0.rawValue)") } ?? true, "\(name) does not end with its unit")
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
    }

    // MARK: Samples

    /// Adds a counter or a gauge; nothing if there is no value.
    mutating func add(_ labels: [Label] = [], _ value: Value?) {
        guard let value else { return }
        samples.append(Sample(suffix: kind == .counter ? "_total" : "", labels: labels, value: value))
    }

    mutating func add(_ labels: [Label] = [], _ count: some BinaryInteger) {
        add(labels, .whole(UInt64(clamping: count)))
    }

    mutating func add(_ labels: [Label] = [], _ flag: Bool) {
        add(labels, .whole(flag ? 1 : 0))
    }

    /// Adds what is known of something, as labels.
    mutating func addInfo(_ labels: [Label]) {
        samples.append(Sample(suffix: "_info", labels: labels, value: .whole(1)))
    }

    /// Adds a state of several, of which one holds.
    mutating func add(_ labels: [Label], state: String, of states: [String]) {
        for each in states {
            samples.append(Sample(labels: labels + [Label(name, each)], value: .whole(each == state ? 1 : 0)))
        }
    }

    /// Adds a histogram from the counts up to each bound; the last count is that of all.
    mutating func add(_ labels: [Label], bounds: [Double], cumulated: [UInt64], count: UInt64, sum: Double) {
        for (bound, value) in zip(bounds, cumulated) {
            let label = Label("le", MetricsText.number(bound))
            samples.append(Sample(suffix: "_bucket", labels: labels + [label], value: .whole(value)))
        }
        samples.append(Sample(suffix: "_bucket", labels: labels + [Label("le", "+Inf")], value: .whole(count)))
        add(labels, count: count, sum: sum)
    }

    /// Adds a sum and the number of what was added up.
    mutating func add(_ labels: [Label], count: UInt64, sum: Double) {
        samples.append(Sample(suffix: "_count", labels: labels, value: .whole(count)))
        samples.append(Sample(suffix: "_sum", labels: labels, value: .real(sum)))
    }
}
