/// The rule of a time zone as POSIX writes it, such as `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// It ends the files of the zone database, and says what holds after their last change.
struct PosixTimeZone: Hashable, Sendable {
    /// A day of each year.
    enum Day: Hashable, Sendable {
        /// From 1 to 365; the 29th of February is never counted.
        case withoutLeap(Int64)
        /// From 0 to 365.
        case withLeap(Int64)
        /// Week 5 is the last one; day 0 is Sunday.
        case week(month: Int64, week: Int64, day: Int64)
    }

    /// When clocks change in each year: a day, and seconds after its midnight, which may lie on another day.
    struct Change: Hashable, Sendable {
        let day: Day
        let time: Int64
    }

    /// Seconds ahead of UTC.
    let standard: Int64
    /// The same in summer, and when that begins and ends; `nil`: there is no such time.
    let summer: (offset: Int64, start: Change, end: Change)?

    init(standard: Int64, summer: (offset: Int64, start: Change, end: Change)? = nil) {
        self.standard = standard
        self.summer = summer
    }

    static func == (left: PosixTimeZone, right: PosixTimeZone) -> Bool {
        left.standard == right.standard && left.summer?.offset == right.summer?.offset
            && left.summer?.start == right.summer?.start && left.summer?.end == right.summer?.end
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(standard)
        hasher.combine(summer?.offset)
    }

    func offset(at moment: Int64) -> Int64 {
        changes(around: moment).last { $0.moment <= moment }?.offset ?? standard
    }

    func nextChange(after moment: Int64) -> Int64? {
        changes(around: moment).first { $0.moment > moment }?.moment
    }

    /// The changes of three years, ascending; those that change nothing are left out.
    private func changes(around moment: Int64) -> [(moment: Int64, offset: Int64)] {
        guard let summer else { return [] }
        let year = CivilDay(daysSince1970: moment.flooredDivision(by: 86_400).quotient).year
        var all: [(moment: Int64, offset: Int64)] = []
        for year in (year - 1)...(year + 1) {
            all.append((Self.wall(summer.start, year) - standard, summer.offset))
            all.append((Self.wall(summer.end, year) - summer.offset, standard))
        }
        all.sort { $0.moment < $1.moment }
        // Summer that lasts the whole year ends and begins in one moment.
        var result: [(moment: Int64, offset: Int64)] = []
        for change in all {
            if result.last?.moment == change.moment {
                result.removeLast()
                if result.last?.offset == summer.offset { continue }
                result.append((change.moment, summer.offset))
            } else if result.last?.offset != change.offset {
                result.append(change)
            }
        }
        return result
    }

    private static func wall(_ change: Change, _ year: Int64) -> Int64 {
        let start = CivilDay(year: year, month: 1, day: 1).daysSince1970
        let day: Int64
        switch change.day {
        case .withoutLeap(let number): day = start + number - 1 + (CivilDay.isLeap(year) && number >= 60 ? 1 : 0)
        case .withLeap(let number): day = start + number
        case .week(let month, let week, let weekday):
            let first = CivilDay(year: year, month: month, day: 1).daysSince1970
            let ahead = (weekday - CivilDay.weekday(daysSince1970: first) + 7) % 7
            let wanted = 1 + ahead + (week - 1) * 7
            let last = CivilDay.days(inMonth: month, of: year)
            day = first + (wanted > last ? wanted - 7 : wanted) - 1
        }
        return day * 86_400 + change.time
    }
}
