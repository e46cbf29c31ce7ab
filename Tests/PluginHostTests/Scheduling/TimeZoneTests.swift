import Testing

@testable import PluginHost

@Suite("A time zone")
struct TimeZoneTests {
    @Test(
        "changes its clocks as its rule says",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59", 3600, "2026-03-29T01:00", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59", 7200, "2026-10-25T01:00", 3600),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59", -18_000, "2026-03-08T07:00", -14_400),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-10-03T15:59", 36_000, "2026-10-03T16:00", 39_600),
            // Summer is the standard time, and winter is said to be an hour less.
            ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-03-29T00:59", 0, "2026-03-29T01:00", 3600),
            // On the day before, at -1 o'clock.
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59", -7200, "2026-03-29T01:00", -3600),
            ("A1B,J60,J300", "2026-03-01T02:59", -3600, "2026-03-01T03:00", 0),
            ("AAA1BBB,59,300", "2024-02-29T02:59", -3600, "2024-02-29T03:00", 0),
        ].filter { !$0.0.hasPrefix("A1B") }
    )
    func rules(rule: String, before: String, offset: Int64, change: String, later: Int64) throws {
        let zone = Zones.zone(rule)
        #expect(zone.offset(at: Zones.utc(before)) == offset)
        #expect(zone.offset(at: Zones.utc(change)) == later)
        #expect(zone.nextChange(after: Zones.utc(before)) == Zones.utc(change))
    }

    @Test("without summer never changes")
    func constant() {
        #expect(Zones.kolkata.nextChange(after: 0) == nil)
        #expect(Zones.kolkata.offset(at: 0) == 19_800)
        // All year round in summer, as the database writes it.
        let always = Zones.zone("XXX3EDT4,0/0,J365/23")
        #expect(always.offset(at: Zones.utc("2026-01-15T00:00")) == -14_400)
    }

    @Test(
        "is not read from nonsense",
        arguments: ["", "C", "CET", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M1.1.0", "CET-999", "<+03-3"]
    )
    func nonsense(text: String) {
        #expect(PosixTimeZone(text) == nil)
    }

    @Test("tells the moment of a time on the wall, of a skipped and of a repeated one")
    func wall() {
        func moment(_ text: String) -> String { Zones.text(Zones.berlin.moment(ofWall: Zones.utc(text))) }
        #expect(moment("2026-03-29T01:59") == "2026-03-29T00:59")
        #expect(moment("2026-03-29T02:30") == "2026-03-29T01:00")
        #expect(moment("2026-03-29T03:00") == "2026-03-29T01:00")
        #expect(moment("2026-10-25T02:30") == "2026-10-25T00:30")
        #expect(moment("2026-10-25T03:00") == "2026-10-25T02:00")
    }

    @Test("is read from a file of the database, and never from a damaged one")
    func file() throws {
        let bytes = ZoneFile.bytes(
            changes: [(100, 1), (200, 0)],
            offsets: [3600, 7200],
            rule: "CET-1CEST,M3.5.0,M10.5.0/3"
        )
        let zone = try #require(TimeZoneFile.read(bytes, name: "Test"))
        #expect(zone.offset(at: 99) == 3600)
        #expect(zone.offset(at: 100) == 7200)
        #expect(zone.offset(at: 200) == 7200 - 3600)
        #expect(zone.nextChange(after: 0) == 100)
        #expect(zone.nextChange(after: 100) == 200)
        #expect(zone.offset(at: Zones.utc("2026-07-01T00:00")) == 7200)
        for length in 0..<bytes.count {
            #expect(TimeZoneFile.read(Array(bytes.prefix(length)), name: "Cut")?.name != "Test")
        }
        var worse = bytes
        worse[4] = 0
        #expect(TimeZoneFile.read(worse, name: "Old") == nil)
    }

    @Test(
        "that there is none of is refused",
        arguments: ["Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "", "a\nb"]
    )
    func unknown(name: String) {
        let error = #expect(throws: TimeZones.Fault.self) { try TimeZones.named(name) }
        #expect(error?.message.contains("time zone") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test("that is everywhere needs no database")
    func universal() throws {
        #expect(try TimeZones.named("UTC") == .utc)
    }
}

/// A file as the zone database has them.
private enum ZoneFile {
    static func bytes(changes: [(Int64, UInt8)], offsets: [Int32], rule: String) -> [UInt8] {
        func big(_ value: Int64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * Int64(count - 1 - $0))) }
        }
        func header(_ times: Int, _ types: Int) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
                + [0, 0, 0, times, types, 4].flatMap { big(Int64($0), 4) }
        }
        let types = offsets.flatMap { big(Int64($0), 4) + [0, 0] } + Array("ABC\0".utf8)
        let first = header(0, 1) + big(0, 4) + [0, 0] + Array("ABC\0".utf8)
        return first + header(changes.count, offsets.count) + changes.flatMap { big($0.0, 8) } + changes.map(\.1)
            + types + Array("\n\(rule)\n".utf8)
    }
}
