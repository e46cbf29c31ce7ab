/// Reads metrics as strictly as the text of OpenMetrics 1.0 demands, and the older text of Prometheus.
///
/// What a family, its samples and their order have to be is checked, so that a text that can be read is a right one.
package struct OpenMetricsParser {
    /// What is wrong, and where.
    package struct Problem: Error, CustomStringConvertible {
        package let line: Int
        package let reason: String
        package var description: String { "line \(line): \(reason)" }
    }

    package struct Sample: Hashable {
        package var name: String
        package var labels: [String: String]
        package var value: Double
    }

    package struct Family {
        package var name: String
        package var type = "unknown"
        package var unit: String?
        package var help: String?
        package var samples: [Sample] = []
    }

    private static let suffixes: [String: [String]] = [
        "counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_count", "_sum"],
        "summary": ["", "_count", "_sum"], "info": ["_info"], "stateset": [""], "unknown": [""],
    ]

    private let isOpenMetrics: Bool
    private var families: [Family] = []
    private var seen: Set<String> = []
    private var number = 0

    private init(isOpenMetrics: Bool) { self.isOpenMetrics = isOpenMetrics }

    /// The families of a text; the older one is that of Prometheus.
    package static func parse(_ text: String, isOpenMetrics: Bool = true) throws -> [Family] {
        var parser = OpenMetricsParser(isOpenMetrics: isOpenMetrics)
        return try parser.parse(text)
    }

    private mutating func parse(_ text: String) throws -> [Family] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.popLast() == "" else { throw problem("the last line does not end") }
        if isOpenMetrics, lines.popLast() != "# EOF" { throw problem("there is no end") }
        for line in lines {
            number += 1
            if line.hasPrefix("# ") { try takeDescription(line) } else { try takeSample(line) }
        }
        for family in families { try check(family) }
        return families
    }

    private func problem(_ reason: String) -> Problem { Problem(line: number, reason: reason) }

    // MARK: Lines

    private mutating func takeDescription(_ line: String) throws {
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4 else { throw problem("a description has too few words: \(line)") }
        let (kind, name, text) = (parts[1], parts[2], parts[3])
        try checkName(name, allowingColon: true)
        if families.last?.name != name {
            guard seen.insert(name).inserted else { throw problem("\(name) is described in two places") }
            families.append(Family(name: name))
        }
        var family = families.removeLast()
        guard family.samples.isEmpty else { throw problem("\(name) is described after its samples") }
        switch kind {
        case "TYPE":
            guard family.type == "unknown", Self.suffixes[text] != nil else { throw problem("type \(text) of \(name)") }
            if !isOpenMetrics, ["info", "stateset"].contains(text) { throw problem("Prometheus has no type \(text)") }
            family.type = text
        case "UNIT":
            guard isOpenMetrics, family.unit == nil, name.hasSuffix("_\(text)") else {
                throw problem("unit of \(name)")
            }
            family.unit = text
        case "HELP":
            guard family.help == nil else { throw problem("two helps of \(name)") }
            family.help = try unescaped(text, isLabel: isOpenMetrics)
        default: throw problem("\(kind) is no kind of description")
        }
        families.append(family)
    }

    private mutating func takeSample(_ line: String) throws {
        guard !line.isEmpty else { throw problem("the line is empty") }
        var rest = Substring(line)
        let name = String(rest.prefix { $0 != "{" && $0 != " " })
        try checkName(name, allowingColon: true)
        rest.removeFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" { labels = try takeLabels(&rest) }
        guard rest.popFirst() == " ", !rest.contains(" ") else { throw problem("one space and a value: \(line)") }
        let sample = Sample(name: name, labels: labels, value: try value(String(rest)))
        guard var family = families.popLast() else { throw problem("\(name) is not described") }
        // Prometheus describes the samples, OpenMetrics the family.
        let allowed = isOpenMetrics || family.type != "counter" ? Self.suffixes[family.type] ?? [] : [""]
        guard allowed.contains(where: { family.name + $0 == name }) else {
            throw problem("\(name) is no sample of \(family.type) \(family.name)")
        }
        guard !family.samples.contains(where: { $0.name == name && $0.labels == labels }) else {
            throw problem("\(name) \(labels) is there twice")
        }
        family.samples.append(sample)
        families.append(family)
    }

    private func takeLabels(_ rest: inout Substring) throws -> [String: String] {
        var labels: [String: String] = [:]
        rest.removeFirst()
        while true {
            let name = String(rest.prefix { $0 != "=" })
            try checkName(name, allowingColon: false)
            guard !name.hasPrefix("__"), labels[name] == nil else { throw problem("label \(name)") }
            rest.removeFirst(name.count)
            guard rest.popFirst() == "=", rest.popFirst() == "\"" else { throw problem("label \(name) has no value") }
            var text = ""
            while let character = rest.popFirst(), character != "\"" {
                text.append(character)
                if character == "\\", let next = rest.popFirst() { text.append(next) }
            }
            labels[name] = try unescaped(text, isLabel: true)
            switch rest.popFirst() {
            case "}": return labels
            case ",": continue
            default: throw problem("the labels do not end")
            }
        }
    }

    // MARK: Words

    private func checkName(_ name: String, allowingColon: Bool) throws {
        let isRight = name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case 65...90, 97...122, 95: true
            case 48...57: index > 0
            case 58: allowingColon
            default: false
            }
        }
        guard isRight, !name.isEmpty else { throw problem("\(name) is no name") }
    }

    private func unescaped(_ text: String, isLabel: Bool) throws -> String {
        var (result, isEscaped) = ("", false)
        for character in text {
            if isEscaped {
                switch character {
                case "n": result.append("\n")
                case "\\": result.append("\\")
                case "\"" where isLabel: result.append("\"")
                default: throw problem("\\\(character) means nothing")
                }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                guard character != "\"" || !isLabel else { throw problem("a quotation mark that is not escaped") }
                result.append(character)
            }
        }
        guard !isEscaped else { throw problem("a backslash at the end") }
        return result
    }

    private func value(_ text: String) throws -> Double {
        switch text {
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        case "NaN": return .nan
        default:
            let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || "+-.eE".utf8.contains($0) }
            guard isPlain, let number = Double(text) else { throw problem("\(text) is no number") }
            return number
        }
    }

    // MARK: Families

    private func check(_ family: Family) throws {
        func wrong(_ reason: String) -> Problem { Problem(line: 0, reason: "\(family.name): \(reason)") }
        guard family.help?.isEmpty == false else { throw wrong("no help") }
        guard !family.samples.isEmpty else { throw wrong("no sample") }
        for sample in family.samples {
            guard sample.name.hasSuffix("_bucket") == (sample.labels["le"] != nil) else { throw wrong("le") }
        }
        switch family.type {
        case "counter":
            guard family.samples.allSatisfy({ $0.value >= 0 && $0.value.isFinite }) else {
                throw wrong("a negative count")
            }
        case "info":
            guard family.samples.allSatisfy({ $0.value == 1 }), family.unit == nil else { throw wrong("an info is 1") }
        case "stateset":
            guard family.samples.allSatisfy({ $0.labels[family.name] != nil && [0, 1].contains($0.value) }) else {
                throw wrong("a state has a label of its name, and is 0 or 1")
            }
        case "histogram":
            let metrics = Dictionary(grouping: family.samples) { $0.labels.filter { $0.key != "le" } }
            for (_, samples) in metrics { try checkHistogram(samples, wrong) }
        default: break
        }
        // The metrics of a family are not mixed.
        var order: [[String: String]] = []
        for sample in family.samples {
            let labels = sample.labels.filter { !["le", "quantile", family.name].contains($0.key) }
            guard order.last != labels else { continue }
            guard !order.contains(labels) else { throw wrong("\(labels) is in two places") }
            order.append(labels)
        }
    }

    private func checkHistogram(_ samples: [Sample], _ wrong: (String) -> Problem) throws {
        let buckets = samples.filter { $0.name.hasSuffix("_bucket") }
        let bounds = try buckets.map { try value($0.labels["le"] ?? "") }
        guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.last == .infinity else {
            throw wrong("the bounds do not ascend to +Inf")
        }
        let counts = buckets.map(\.value)
        guard zip(counts, counts.dropFirst()).allSatisfy({ $0 <= $1 }) else { throw wrong("the buckets go down") }
        guard let count = samples.first(where: { $0.name.hasSuffix("_count") })?.value, count == counts.last,
            let sum = samples.first(where: { $0.name.hasSuffix("_sum") })?.value, sum >= 0
        else { throw wrong("count or sum") }
    }
}

extension [OpenMetricsParser.Family] {
    /// The value of a sample that has these labels and maybe others; `nil` if there is none.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        for family in self {
            for sample in family.samples where sample.name == name {
                if labels.allSatisfy({ sample.labels[$0.key] == $0.value }) { return sample.value }
            }
        }
        return nil
    }
}
