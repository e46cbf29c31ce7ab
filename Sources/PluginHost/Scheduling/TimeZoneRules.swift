/// How far the clocks of a place are ahead of UTC, at any time.
struct TimeZoneRules: Hashable, Sendable {
    /// The name, such as `Europe/Berlin`.
    let name: String
    /// When clocks were changed, ascending, in seconds since 1970.
    private let changes: [Int64]
    /// How far clocks were ahead from each change on, in seconds.
    private let offsets: [Int64]
    /// How far they were ahead before the first change.
    private let first: Int64
    /// What holds after the last change; `nil`: no more changes.
    private let rule: PosixTimeZone?

    static let utc = TimeZoneRules(name: "UTC", changes: [], offsets: [], first: 0, rule: nil)

    init(name: String, changes: [Int64], offsets: [Int64], first: Int64, rule: PosixTimeZone?) {
        precondition(changes.count == offsets.count, "\(changes.count) changes to \(offsets.count) offsets")
        self.name = name
        self.changes = changes
        self.offsets = offsets
        self.first = first
        self.rule = rule
    }

    /// How many seconds the clocks are ahead of UTC at a moment.
    func offset(at moment: Int64) -> Int64 {
        let index = indexOfChange(after: moment)
        if index == changes.count, let rule { return rule.offset(at: moment) }
        return index == 0 ? first : offsets[index - 1]
    }

    /// The first change after a moment.
    func nextChange(after moment: Int64) -> Int64? {
        let index = indexOfChange(after: moment)
        return index < changes.count ? changes[index] : rule?.nextChange(after: moment)
    }

    /// The moment at which the clocks on the wall show a time, given in seconds as if it were UTC.
    ///
    /// Of two such moments it is the first; where clocks skip the time, it is the moment at which they do.
    func moment(ofWall wall: Int64) -> Int64 {
        // No place is further than a day from UTC, and none changes its clocks twice in two days.
        let (before, after) = (offset(at: wall - 86_400), offset(at: wall + 86_400))
        let candidates = [before, after].map { wall - $0 }.filter { offset(at: $0) == wall - $0 }
        if let found = candidates.min() { return found }
        return nextChange(after: wall - max(before, after) - 1) ?? wall - before
    }

    private func indexOfChange(after moment: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
