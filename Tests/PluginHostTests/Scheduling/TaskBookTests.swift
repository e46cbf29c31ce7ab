import Testing

@testable import PluginHost

@Suite("The book of tasks")
struct TaskBookTests {
    private static let second: Int64 = 1_000_000_000
    private var book = TaskBook()
    private var now = TaskTime(monotonic: 1000 * second, wall: Zones.utc("2026-11-21T12:00") * second)

    private func record(
        _ name: String,
        _ schedule: TaskDeclaration.Schedule = .every(.seconds(10)),
        missed: TaskDeclaration.Missed = .once,
        plugin: String? = nil,
        starts: Bool = true
    ) throws -> TaskRecord {
        var declaration = TaskDeclaration(name: name, schedule: schedule)
        declaration.missed = missed
        declaration.startsAutomatically = starts
        return try TaskRecord(declaration, plugin: plugin, body: .blocking { _, _ in })
    }

    /// Lets time pass, for the clock on the wall perhaps another one, and begins what is due.
    private mutating func pass(_ seconds: Int64, wall: Int64? = nil) -> [TaskBook.RunStart] {
        now.monotonic += seconds * Self.second
        now.wall += (wall ?? seconds) * Self.second
        _ = book.advance(to: now)
        return book.takeStarts(now: now)
    }

    private mutating func finish(_ start: TaskBook.RunStart, _ error: String? = nil) -> [TaskBook.RunStart] {
        _ = book.finish(start, error: error, now: now)
        return book.takeStarts(now: now)
    }

    @Test("runs a task at its interval, and goes on after a failure (CH-1)")
    mutating func interval() throws {
        try book.add(try record("a"), now: now)
        #expect(pass(9).isEmpty)
        let first = try #require(pass(1).first)
        #expect(first.run == TaskRun(name: "a", due: Double(now.wall) / 1e9, missed: 0))
        #expect(finish(first, "broken").isEmpty)
        let second = try #require(pass(10).first)
        #expect(finish(second).isEmpty)
        let kept = try #require(book.record("a"))
        #expect(kept.runs == 2 && kept.failures == 1 && kept.lastError == nil)
        #expect(book.nextWake(now: now) == now.monotonic + 10 * Self.second)
    }

    @Test("never runs a task twice at once, and makes one run of the ticks meanwhile")
    mutating func coalesces() throws {
        try book.add(try record("a"), now: now)
        let first = try #require(pass(10).first)
        #expect(pass(10).isEmpty)
        #expect(pass(15).isEmpty)
        let second = try #require(finish(first).first)
        #expect(second.run.missed == 1)
        #expect(finish(second).isEmpty)
        // The phase is what it was.
        #expect(pass(5).count == 1)
    }

    @Test("skips what was missed if that is wanted")
    mutating func skips() throws {
        try book.add(try record("a", missed: .skip), now: now)
        let first = try #require(pass(10).first)
        #expect(pass(25).isEmpty)
        #expect(finish(first).isEmpty)
        #expect(pass(5).count == 1)
        #expect(book.record("a")?.missed == 2)
    }

    @Test("catches up with a run for each that was missed, each for its moment")
    mutating func catchesUp() throws {
        try book.add(try record("a", missed: .catchUp), now: now)
        let start = Double(now.wall / Self.second)
        var next = pass(35).first
        var moments: [Double] = []
        while let run = next {
            moments.append(run.run.due - start)
            next = finish(run).first
        }
        #expect(moments == [10, 20, 30])
    }

    @Test("runs once for the moments of a cron expression in which the machine slept")
    mutating func sleeps() throws {
        try book.add(try record("a", .cron("*/10 * * * *", timeZone: "UTC")), now: now)
        try book.add(try record("b", .cron("*/10 * * * *", timeZone: "UTC"), missed: .skip), now: now)
        try book.add(try record("c", .cron("*/10 * * * *", timeZone: "UTC"), missed: .catchUp), now: now)
        // The monotonic clock stands still meanwhile.
        let starts = pass(0, wall: 35 * 60)
        #expect(starts.map(\.run.name).sorted() == ["a", "c"])
        #expect(starts.first { $0.run.name == "a" }?.run.missed == 2)
        #expect(Zones.text(starts.first { $0.run.name == "c" }.map { Int64($0.run.due) }) == "2026-11-21T12:10")
        #expect(book.record("b")?.missed == 3)
        #expect(pass(300).map(\.run.name).contains("b"))
    }

    @Test("repeats nothing when the clock goes back a little, and is not lost when it goes back a lot")
    mutating func clockSteps() throws {
        try book.add(try record("a", .cron("0 * * * *", timeZone: "UTC")), now: now)
        let first = try #require(pass(3600).first)
        #expect(finish(first).isEmpty)
        #expect(pass(1, wall: -1800).isEmpty)
        #expect(pass(1800).isEmpty)
        // Years back.
        #expect(pass(1, wall: -100_000_000).isEmpty)
        #expect(pass(3600).count == 1)
    }

    @Test("lets moments beyond count go without looking at each")
    mutating func centuries() throws {
        try book.add(try record("a", .cron("* * * * *", timeZone: "UTC"), missed: .catchUp), now: now)
        #expect(pass(0, wall: 40 * 365 * 86_400).count == 1)
        #expect(book.record("a")?.pending == 999)
        #expect(pass(60).isEmpty)
    }

    @Test("calls a run late that is not done by its deadline, and waits for its end with the next")
    mutating func deadline() throws {
        try book.add(try record("a"), now: now)
        let first = try #require(pass(10).first)
        now.monotonic += 31 * Self.second
        let late = book.advance(to: now)
        #expect(late.count == 1 && late.first?.error?.contains("deadline of 30s") == true)
        #expect(book.takeStarts(now: now).isEmpty)
        #expect(book.record("a")?.phase == .overdue)
        #expect(book.runningCount == 0)
        let again = finish(first)
        #expect(again.count == 1)
        #expect(book.record("a")?.runs == 1)
    }

    @Test("refuses a second task of a name, and says whose the first is")
    mutating func twice() throws {
        try book.add(try record("p/a", plugin: "p"), now: now)
        let error = #expect(throws: PluginError.self) { try book.add(try record("p/a"), now: now) }
        #expect(error?.code == .conflict && error?.message.contains("of the plugin p") == true)
    }

    @Test("forgets a task that is unregistered, and lets no run of its successor overlap its last one")
    mutating func successor() throws {
        try book.add(try record("a"), now: now)
        let old = try #require(pass(10).first)
        #expect(try book.remove("a") != nil)
        #expect(book.count == 0)
        try book.add(try record("a"), now: now)
        #expect(pass(10).isEmpty)
        let new = try #require(finish(old).first)
        #expect(new.serial != old.serial)
        #expect(finish(new).isEmpty)
        #expect(book.record("a")?.runs == 1)
    }

    @Test("blames no task for a run of its predecessor that is late")
    mutating func lateSuccessor() throws {
        try book.add(try record("a"), now: now)
        let old = try #require(pass(10).first)
        _ = try book.remove("a")
        try book.add(try record("a"), now: now)
        now.monotonic += 31 * Self.second
        let late = book.advance(to: now)
        #expect(late.map(\.isStale) == [true])
        #expect(book.runningCount == 0)
        let waiting = try #require(book.record("a"))
        #expect(waiting.runs == 0 && waiting.failures == 0 && waiting.lastError == nil)
        let new = try #require(finish(old).first)
        #expect(finish(new).isEmpty)
        let ended = try #require(book.record("a"))
        #expect(ended.runs == 1 && ended.failures == 0)
    }

    @Test("does not run what is stopped, and begins its interval anew when it is started")
    mutating func stops() throws {
        try book.add(try record("a", starts: false), now: now)
        #expect(pass(100).isEmpty)
        #expect(book.nextWake(now: now) == nil)
        try book.start("a", now: now)
        #expect(pass(9).isEmpty)
        #expect(pass(1).count == 1)
        try book.stop("a")
        #expect(pass(100).isEmpty)
    }

    @Test("runs a task at once when told to, but not while it runs")
    mutating func runsNow() throws {
        try book.add(try record("a", starts: false), now: now)
        _ = try book.runNow("a", now: now)
        let run = try #require(book.takeStarts(now: now).first)
        let error = #expect(throws: PluginError.self) { try book.runNow("a", now: now) }
        #expect(error?.code == .busy)
        #expect(finish(run).isEmpty)
    }

    @Test("gives no plugin more than its share of the threads")
    mutating func shares() throws {
        book = TaskBook(limits: TaskQueue.Limits(total: 4, perOwner: 2))
        for index in 0..<6 { try book.add(try record("slow/\(index)", plugin: "slow"), now: now) }
        try book.add(try record("quick/a", plugin: "quick"), now: now)
        let starts = pass(10)
        #expect(starts.filter { $0.plugin == "slow" }.count == 2)
        #expect(starts.contains { $0.plugin == "quick" })
        var all = Set(starts.map(\.run.name))
        var going = starts
        while let start = going.popLast() {
            let more = finish(start)
            all.formUnion(more.map(\.run.name))
            going += more
        }
        #expect(all.count == 7)
    }

    @Test(
        "refuses a schedule that is none",
        arguments: [
            (TaskDeclaration.Schedule.every(.zero), "its interval is 0s; it must be from 10ms to 8760h"),
            (.every(.seconds(-5)), "its interval is -5s"),
            (.every(.seconds(1_000_000_000)), "it must be from"),
            (.cron("nonsense", timeZone: nil), "five are needed"),
            (.cron("* * * * *", timeZone: "Europe/Atlantis"), "time zone"),
        ]
    )
    func refuses(schedule: TaskDeclaration.Schedule, reason: String) {
        let error = #expect(throws: PluginError.self) { try record("a", schedule) }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("names a task that is near when there is none of the name")
    mutating func spelling() throws {
        try book.add(try record("report"), now: now)
        let error = #expect(throws: PluginError.self) { try book.stop("reprot") }
        #expect(error?.code == .notFound && error?.message.contains("'report'") == true)
    }

    @Test("begins nothing any more once it is closed")
    mutating func closes() throws {
        try book.add(try record("a"), now: now)
        book.close()
        #expect(pass(100).isEmpty)
        #expect(throws: PluginError.self) { try book.add(try record("b"), now: now) }
    }
}
