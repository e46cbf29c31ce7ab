import Testing
import TestSupport

@testable import PluginHost

@Suite("A cron expression")
struct CronExpressionTests {
    private func next(_ text: String, _ after: String, _ zone: TimeZoneRules = .utc, count: Int = 1) throws -> [String]
    {
        let expression = try CronExpression(text)
        var moments: [String] = []
        var moment = Zones.utc(after)
        for _ in 0..<count {
            guard let found = expression.next(after: moment, in: zone) else { break }
            moments.append(Zones.text(found))
            moment = found
        }
        return moments
    }

    @Test(
        "finds the next moment (CH-1)",
        arguments: [
            ("* * * * *", "2026-01-01T00:00", "2026-01-01T00:01"),
            ("*/15 * * * *", "2026-01-01T00:15", "2026-01-01T00:30"),
            ("5/20 * * * *", "2026-01-01T00:26", "2026-01-01T00:45"),
            ("0 0 * * *", "2026-12-31T23:59", "2027-01-01T00:00"),
            ("30 9 * * mon-fri", "2026-11-20T10:00", "2026-11-23T09:30"),
            ("0 12 * * 7", "2026-11-21T13:00", "2026-11-22T12:00"),
            ("0 12 * * 0", "2026-11-21T13:00", "2026-11-22T12:00"),
            ("0 12 * * Sat-Sun", "2026-11-21T13:00", "2026-11-22T12:00"),
            ("0 0 1 JAN,jul *", "2026-02-01T00:00", "2026-07-01T00:00"),
            ("0 0 29 2 *", "2026-01-01T00:00", "2028-02-29T00:00"),
            ("0 0 29 2 *", "2096-03-01T00:00", "2104-02-29T00:00"),
            ("0 0 31 * *", "2026-04-01T00:00", "2026-05-31T00:00"),
            // Either day is enough if both are named, and both are needed if one begins with a star.
            ("0 0 13 * fri", "2026-11-14T00:00", "2026-11-20T00:00"),
            ("0 0 */1 * fri", "2026-11-14T00:00", "2026-11-20T00:00"),
            ("0 0 30 2 mon", "2026-01-01T00:00", "2026-02-02T00:00"),
            ("@hourly", "2026-01-01T00:00", "2026-01-01T01:00"),
            ("@weekly", "2026-11-21T00:00", "2026-11-22T00:00"),
            ("@Yearly", "2026-11-21T00:00", "2027-01-01T00:00"),
            ("1,2,40-42\t3  * * *", "2026-01-01T03:02", "2026-01-01T03:40"),
        ]
    )
    func next(expression: String, after: String, expected: String) throws {
        #expect(try next(expression, after) == [expected])
    }

    @Test("goes by the clock of its zone")
    func zones() throws {
        #expect(try next("0 9 * * *", "2026-01-01T00:00", Zones.berlin) == ["2026-01-01T08:00"])
        #expect(try next("0 9 * * *", "2026-07-01T00:00", Zones.berlin) == ["2026-07-01T07:00"])
        #expect(try next("0 9 * * *", "2026-07-01T00:00", Zones.kolkata) == ["2026-07-01T03:30"])
        #expect(try next("0 9 * * *", "2026-07-01T00:00", Zones.sydney) == ["2026-07-01T23:00"])
    }

    @Test("is due at the first moment after the hour that does not exist")
    func skippedHour() throws {
        // In Berlin 02:00 to 03:00 is missing on the 29th of March, which is from 01:00 of UTC on.
        #expect(
            try next("30 2 * * *", "2026-03-28T00:00", Zones.berlin, count: 3)
                == ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"]
        )
        #expect(
            try next("*/20 2,3 * * *", "2026-03-29T00:00", Zones.berlin, count: 4)
                == ["2026-03-29T01:00", "2026-03-29T01:20", "2026-03-29T01:40", "2026-03-30T00:00"]
        )
        #expect(
            try next("30 2 * * *", "2026-10-03T00:00", Zones.sydney, count: 2)
                == ["2026-10-03T16:00", "2026-10-04T15:30"]
        )
        #expect(try next("15 2 * * *", "2026-10-03T00:00", Zones.lordHowe) == ["2026-10-03T15:30"])
    }

    @Test("is due once in the hour that exists twice")
    func repeatedHour() throws {
        #expect(
            try next("30 2 * * *", "2026-10-24T10:00", Zones.berlin, count: 2)
                == ["2026-10-25T00:30", "2026-10-26T01:30"]
        )
        #expect(
            try next("30 1 * * *", "2026-11-01T00:00", Zones.newYork, count: 2)
                == ["2026-11-01T05:30", "2026-11-02T06:30"]
        )
        #expect(
            try next("30 2 * * *", "2026-04-04T10:00", Zones.sydney, count: 2)
                == ["2026-04-04T15:30", "2026-04-05T16:30"]
        )
    }

    @Test("for every hour goes by the time that passes")
    func everyHour() throws {
        #expect(
            try next("30 * * * *", "2026-03-29T00:00", Zones.berlin, count: 3)
                == ["2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"]
        )
        #expect(
            try next("30 * * * *", "2026-10-25T00:00", Zones.berlin, count: 3)
                == ["2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30"]
        )
    }

    @Test(
        "that is nonsense is refused with the field, and with what is allowed",
        arguments: [
            ("", "has 0 fields; five are needed"),
            ("* * * *", "has 4 fields"),
            ("* * * * * *", "has 6 fields"),
            ("60 * * * *", "the minute: 60 is none; allowed are *, 0 to 59"),
            ("* 24 * * *", "the hour: 24 is none"),
            ("* * 0 * *", "the day of the month: 0 is none"),
            ("* * * 13 *", "the month: 13 is none"),
            ("* * * foo *", "the month: 'foo' is no value; allowed are *, 1 to 12, or jan to dec"),
            ("* * * * 8", "the day of the week: 8 is none"),
            ("5-1 * * * *", "'5-1' runs backwards"),
            ("*/0 * * * *", "'0' is no step"),
            ("*/99 * * * *", "'99' is no step"),
            ("1,,2 * * * *", "a value is missing"),
            ("-1 * * * *", "the minute"),
            ("+1 * * * *", "'+1' is no value"),
            ("1.5 * * * *", "'1.5' is no value"),
            ("99999999999999999999 * * * *", "is no value"),
            ("@reboot", "'@reboot' is no shorthand; there are @annually"),
            ("0 0 30 2 *", "is never due"),
            ("0 0 31 4,6,9,11 *", "is never due"),
            ("ever\nything", "'ever ything' has 1 fields"),
        ]
    )
    func nonsense(text: String, expected: String) {
        let error = #expect(throws: CronExpression.Fault.self) { try CronExpression(text) }
        #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }

    @Test("finds what a search minute by minute finds", arguments: 0..<Torture.rounds(short: 16, long: 400))
    func bruteForce(round: Int) throws {
        var random = Torture.generator()
        for _ in 0..<round { _ = random.next() }
        var seeded = SeededGenerator(seed: random.next())
        let text = Self.expression(&seeded)
        guard let expression = try? CronExpression(text) else { return }
        let zones = [Zones.berlin, Zones.sydney, Zones.newYork, Zones.lordHowe, Zones.kolkata, .utc]
        let zone = zones[Int.random(in: 0..<zones.count, using: &seeded)]
        // Near the changes of some zone.
        let days = ["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31"]
        var moment = Zones.utc("\(days[Int.random(in: 0..<days.count, using: &seeded)])T00:00")
        moment += Int64.random(in: 0..<86_400, using: &seeded)
        let limit = moment + 2 * 86_400
        while moment < limit {
            let slow = Self.search(expression, moment, zone, limit)
            let fast = expression.next(after: moment, in: zone)
            if slow == nil {
                #expect((fast ?? .max) > limit, "'\(text)' after \(moment) in \(zone.name), seed \(Torture.seed)")
                return
            }
            #expect(fast == slow, "'\(text)' after \(moment) in \(zone.name), seed \(Torture.seed)")
            guard let fast, fast > moment else { return }
            moment = fast
        }
    }

    /// The first minute that fits, found by going from minute to minute, and by what clocks show at each.
    private static func search(
        _ expression: CronExpression,
        _ after: Int64,
        _ zone: TimeZoneRules,
        _ limit: Int64
    ) -> Int64? {
        func fits(_ wall: Int64) -> Bool {
            let (dayNumber, second) = wall.flooredDivision(by: 86_400)
            let day = CivilDay(daysSince1970: dayNumber)
            func has(_ bits: UInt64, _ value: Int64) -> Bool { bits & (1 << UInt64(value)) != 0 }
            let isDay = has(expression.days, day.day)
            let isWeekday = has(expression.weekdays, CivilDay.weekday(daysSince1970: dayNumber))
            return has(expression.minutes, second / 60 % 60) && has(expression.hours, second / 3600)
                && has(expression.months, day.month) && (expression.eitherDay ? isDay || isWeekday : isDay && isWeekday)
        }
        let passes = expression.hours == 0xff_ffff
        var moment = after.flooredDivision(by: 60).quotient * 60 + 60
        while moment <= limit {
            defer { moment += 60 }
            let (before, now) = (zone.offset(at: moment - 60), zone.offset(at: moment))
            let wall = moment + now
            if passes {
                if fits(wall) { return moment }
                continue
            }
            // What clocks have just skipped is due now.
            if now > before {
                let skipped = stride(from: moment + before, to: wall, by: 60)
                if skipped.contains(where: fits) { return moment }
            }
            // What they have shown before was due then.
            let wasShown =
                zone.offset(at: moment - 7200) != now
                && (1...120).contains { zone.offset(at: moment - $0 * 60) + moment - $0 * 60 == wall }
            if fits(wall), !wasShown { return moment }
        }
        return nil
    }

    private static func expression(_ random: inout SeededGenerator) -> String {
        func field(_ low: Int, _ high: Int, _ chance: Int) -> String {
            guard Int.random(in: 0..<100, using: &random) >= chance else { return "*" }
            let first = Int.random(in: low...high, using: &random)
            let last = Int.random(in: first...high, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return "\(first)"
            case 1: return "\(first)-\(last)"
            case 2: return "*/\(Int.random(in: 1...(high - low), using: &random))"
            default: return "\(first),\(last)"
            }
        }
        return [field(0, 59, 20), field(0, 4, 30), field(1, 31, 70), field(1, 12, 80), field(0, 7, 70)]
            .joined(separator: " ")
    }
}
