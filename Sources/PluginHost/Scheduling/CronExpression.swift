/// When a task is due, in the five fields of cron: minute, hour, day of the month, month, day of the week (CH-1).
///
/// As in other programs, a day has to fit one of the two day fields if neither begins with `*`, and both otherwise.
///
/// At a change to or from daylight-saving time an expression that names hours goes by the clock on the wall: what would be
/// in the hour that does not exist is due at the first moment after it, and what would be in the hour that exists twice is
/// due in the first of them only. One for every hour goes by the time that passes, and notices neither.
struct CronExpression: Hashable, Sendable {
    /// Why a text is no expression.
    struct Fault: Error, Hashable, Sendable {
        let message: String
        init(_ message: String) { self.message = message }
    }

    /// As it was written.
    let text: String
    let minutes: UInt64
    let hours: UInt64
    let days: UInt64
    let months: UInt64
    /// 0 is Sunday.
    let weekdays: UInt64
    /// Whether one day field is enough.
    let eitherDay: Bool

    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Reads an expression; the fault names the field, and says what is allowed.
    init(_ text: String) throws(Fault) {
        // No expression is that long, and errors repeat it.
        guard text.utf8.count <= 1000 else { throw Fault("an expression of more than 1000 characters is none") }
        let shown = Fault.quoted(text)
        if text.hasPrefix("@"), Self.shorthands[text.lowercased()] == nil {
            let known = Self.shorthands.keys.sorted().joined(separator: ", ")
            throw Fault("\(shown) is no shorthand; there are \(known)")
        }
        let fields = (Self.shorthands[text.lowercased()] ?? text).split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == CronField.all.count else {
            let names = CronField.all.map(\.name).joined(separator: ", ")
            throw Fault("\(shown) has \(fields.count) fields; five are needed: \(names)")
        }
        var masks: [UInt64] = []
        for (field, text) in zip(CronField.all, fields) {
            do throws(Fault) {
                masks.append(try field.values(text))
            } catch {
                throw Fault("in \(shown), \(error.message)")
            }
        }
        self.text = text
        (minutes, hours, days, months) = (masks[0], masks[1], masks[2], masks[3])
        weekdays = (masks[4] | masks[4] >> 7) & 0x7f
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        guard eitherDay || isPossible else { throw Fault("\(shown) is never due: no month of it has such a day") }
    }

    /// Whether it is for every hour, so that it goes by the time that passes.
    private var isForEveryHour: Bool { hours == 0xff_ffff }

    private var isPossible: Bool {
        (1...12).contains { month in
            let last = CivilDay.days(inMonth: Int64(month), of: 2024)
            return months.has(Int64(month)) && days & ((1 << UInt64(last + 1)) - 1) != 0
        }
    }

    // MARK: Moments

    /// The first moment after one, both in seconds since 1970, by the clocks of a zone; `nil` if there is none in sight.
    func next(after moment: Int64, in zone: TimeZoneRules) -> Int64? {
        isForEveryHour ? nextPassing(after: moment, in: zone) : nextOnTheWall(after: moment, in: zone)
    }

    private func nextOnTheWall(after moment: Int64, in zone: TimeZoneRules) -> Int64? {
        var wall = minute(of: moment + zone.offset(at: moment)) + 1
        // In the second of two equal hours, what is before the end of that hour was due in the first.
        while let candidate = nextWallMinute(from: wall) {
            let found = zone.moment(ofWall: candidate * 60)
            if found > moment { return found }
            wall = candidate + 1
        }
        return nil
    }

    private func nextPassing(after moment: Int64, in zone: TimeZoneRules) -> Int64? {
        var (start, offset) = (moment, zone.offset(at: moment))
        var wall = minute(of: start + offset) + 1
        while let candidate = nextWallMinute(from: wall) {
            let found = candidate * 60 - offset
            guard let change = zone.nextChange(after: start), change <= found else { return found }
            (start, offset) = (change, zone.offset(at: change))
            wall = minute(of: start + offset + 59)
        }
        return nil
    }

    private func minute(of seconds: Int64) -> Int64 { seconds.flooredDivision(by: 60).quotient }

    // MARK: The clock on the wall

    /// The first minute from one on that fits, both counted since 1970 on the wall.
    private func nextWallMinute(from start: Int64) -> Int64? {
        var (dayNumber, minuteOfDay) = start.flooredDivision(by: 1440)
        // Between two days that are a 29th of February and a Sunday there may be 40 years.
        let end = dayNumber + 41 * 366
        while dayNumber < end {
            let date = CivilDay(daysSince1970: dayNumber)
            guard months.has(date.month) else {
                dayNumber += CivilDay.days(inMonth: date.month, of: date.year) - date.day + 1
                minuteOfDay = 0
                continue
            }
            if fits(date, dayNumber), let minute = nextMinuteOfDay(from: minuteOfDay) {
                return dayNumber * 1440 + minute
            }
            dayNumber += 1
            minuteOfDay = 0
        }
        return nil
    }

    private func fits(_ date: CivilDay, _ dayNumber: Int64) -> Bool {
        let isDay = days.has(date.day)
        let isWeekday = weekdays.has(CivilDay.weekday(daysSince1970: dayNumber))
        return eitherDay ? isDay || isWeekday : isDay && isWeekday
    }

    private func nextMinuteOfDay(from start: Int64) -> Int64? {
        let (hour, minute) = start.quotientAndRemainder(dividingBy: 60)
        if hours.has(hour), let minute = minutes.first(from: minute) { return hour * 60 + minute }
        guard let later = hours.first(from: hour + 1), let first = minutes.first(from: 0) else { return nil }
        return later * 60 + first
    }
}

extension CronExpression.Fault {
    /// What somebody wrote, in one line and with an end.
    static func quoted(_ text: String) -> String {
        let line = LogText.oneLine(text)
        return "'\(line.count > 80 ? line.prefix(80) + "…" : line)'"
    }
}

extension UInt64 {
    fileprivate func has(_ value: Int64) -> Bool { self >> UInt64(value) & 1 == 1 }

    /// The first bit from one on that is set.
    fileprivate func first(from start: Int64) -> Int64? {
        guard start < 64 else { return nil }
        let rest = self >> UInt64(start)
        return rest == 0 ? nil : start + Int64(rest.trailingZeroBitCount)
    }
}
