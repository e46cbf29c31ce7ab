/// One of the five fields of a cron expression, and how it is read.
struct CronField: Sendable {
    /// The name, as errors say it.
    let name: String
    let allowed: ClosedRange<Int>
    /// Names for values, the first for the least value.
    let names: [String]

    static let minute = CronField(name: "minute", allowed: 0...59, names: [])
    static let hour = CronField(name: "hour", allowed: 0...23, names: [])
    static let day = CronField(name: "day of the month", allowed: 1...31, names: [])
    static let month = CronField(
        name: "month",
        allowed: 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
    /// 7 is Sunday as well.
    static let weekday = CronField(
        name: "day of the week",
        allowed: 0...7,
        names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    )
    static let all = [minute, hour, day, month, weekday]

    /// The values that a text names, a bit for each.
    func values(_ text: Substring) throws(CronExpression.Fault) -> UInt64 {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            for value in try range(part) { bits |= 1 << UInt64(value) }
        }
        return bits
    }

    /// What one part of a list stands for: `*`, `5`, `1-5`, each with a step such as `/2` if wanted.
    private func range(_ part: Substring) throws(CronExpression.Fault) -> StrideThrough<Int> {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = pieces.first, !first.isEmpty else { throw fault("a value is missing") }
        var bounds = allowed
        if first != "*" {
            let ends = first.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let start = try value(ends[0])
            // As other programs read it, `5/10` counts from 5 on.
            var end = pieces.count > 1 ? allowed.upperBound : start
            if ends.count > 1 {
                end = try value(ends[1])
                // A week that ends with Sunday.
                if end == 0, allowed == Self.weekday.allowed { end = 7 }
            }
            guard start <= end else { throw fault("'\(first)' runs backwards") }
            bounds = start...end
        }
        guard pieces.count > 1 else { return stride(from: bounds.lowerBound, through: bounds.upperBound, by: 1) }
        let longest = allowed.upperBound - allowed.lowerBound
        guard let step = number(pieces[1]), (1...longest).contains(step) else {
            throw fault("'\(pieces[1])' is no step, which is a whole number from 1 to \(longest)")
        }
        return stride(from: bounds.lowerBound, through: bounds.upperBound, by: step)
    }

    private func value(_ text: Substring) throws(CronExpression.Fault) -> Int {
        if let index = names.firstIndex(of: text.lowercased()) { return index + allowed.lowerBound }
        guard let value = number(text) else { throw fault("'\(text)' is no value") }
        guard allowed.contains(value) else { throw fault("\(value) is none") }
        return value
    }

    /// Digits alone: no sign, and no number so long that it says nothing.
    private func number(_ text: Substring) -> Int? {
        guard text.count <= 4, !text.isEmpty, text.allSatisfy({ $0.isASCII && $0.isWholeNumber }) else { return nil }
        return Int(text)
    }

    private func fault(_ reason: String) -> CronExpression.Fault {
        let named = names.first.flatMap { first in names.last.map { ", or \(first) to \($0)" } } ?? ""
        let values = "\(allowed.lowerBound) to \(allowed.upperBound)\(named)"
        return CronExpression.Fault(
            "the \(name): \(reason); allowed are *, \(values), ranges such as 1-5, steps such as */2, and lists of them"
        )
    }
}
