internal import LinuxSystem

/// All tasks, and which of them are due: decides, and does nothing (CH-1).
///
/// Nothing here looks at a clock: the caller says which time it is.
struct TaskBook: Sendable {
    /// A run that is to begin.
    struct RunStart: Sendable {
        let slot: Int32
        let serial: UInt64
        let run: TaskRun
        let plugin: String?
        let body: TaskBody
        let deadline: Duration
    }

    /// How a run has ended, or that it has not in time.
    struct Outcome: Sendable {
        let slot: Int32
        let name: String
        let plugin: String?
        let error: String?
        /// Nobody asks for this registration any more.
        var isStale = false
    }

    /// Runs beyond its deadline that a body has to end by itself before it is called late.
    static let grace: Int64 = 1_000_000_000
    /// A moment of a cron expression is not met any more when its minute is over.
    private static let meeting: Int64 = 60_000_000_000
    private static let mostMoments = 1000
    /// A clock that goes back by more was wrong before; one that goes back by less repeats nothing.
    private static let longestRepetition: Int64 = 3 * 3_600_000_000_000

    private var slots: [TaskRecord?] = []
    private var free: [Int32] = []
    private var slotByName: [String: Int32] = [:]
    /// Tasks that are not registered any more while a run of theirs goes on.
    private var leaving: [String: Int32] = [:]
    private var serial: UInt64 = 0
    /// Tasks with an interval, by CLOCK_MONOTONIC.
    private var ticks = DueHeap()
    /// Tasks with a cron expression, by the clock on the wall.
    private var moments = DueHeap()
    /// Runs, by their deadlines on CLOCK_MONOTONIC.
    private var deadlines = DueHeap()
    private var queue: TaskQueue
    private var lastTime: TaskTime?
    private(set) var isClosed = false

    init(limits: TaskQueue.Limits = TaskQueue.Limits()) {
        queue = TaskQueue(limits: limits)
    }

    var count: Int { slotByName.count }
    var runningCount: Int { queue.runningCount }
    /// The tasks of which a run goes on that is not late.
    var running: [TaskRecord] { slots.compactMap(\.self).filter { $0.phase == .running } }
    var hasMoments: Bool { moments.count > 0 }
    var names: [String] { slotByName.keys.sorted() }

    func record(_ name: String) -> TaskRecord? { slotByName[name].flatMap { slots[Int($0)] } }

    /// Whether no run of the task in a slot goes on or is about to begin.
    func isIdle(_ slot: Int32) -> Bool { slots[Int(slot)].map { $0.phase == .idle } ?? true }

    func tasks(of plugin: String) -> [TaskRecord] {
        slotByName.values.compactMap { slots[Int($0)] }.filter { $0.plugin == plugin }
    }

    /// When the task is due next, in nanoseconds since 1970.
    func nextDue(_ name: String, now: TaskTime) -> Int64? {
        guard let slot = slotByName[name] else { return nil }
        return moments.due(slot) ?? ticks.due(slot).map { now.wall + $0 - now.monotonic }
    }

    // MARK: Registration

    /// Takes a task in, and starts it if it starts by itself; a name can be had once.
    mutating func add(_ record: TaskRecord, now: TaskTime) throws(PluginError) {
        guard !isClosed else { throw PluginError(code: .shuttingDown, message: "the host is stopping") }
        if let other = self.record(record.name) {
            let owner = other.plugin.map { "the plugin \($0)" } ?? "the host's own program"
            throw PluginError(
                code: .conflict,
                message:
                    "there is a task \(record.name) already, of \(owner); unregister it first, or choose another name"
            )
        }
        var record = record
        serial += 1
        record.serial = serial
        record.isStarted = false
        let slot: Int32
        if let old = leaving.removeValue(forKey: record.name), let present = slots[Int(old)] {
            // Two runs of one name never go on at once, also not of two registrations.
            slot = old
            record.phase = present.phase
        } else if let unused = free.popLast() {
            slot = unused
        } else {
            slots.append(nil)
            slot = Int32(slots.count - 1)
        }
        slots[Int(slot)] = record
        slotByName[record.name] = slot
        if record.declaration.startsAutomatically { try start(record.name, now: now) }
    }

    /// Stops a task and forgets it; the result is its slot if a run of it goes on, which ends for nobody.
    mutating func remove(_ name: String) throws(PluginError) -> Int32? {
        let slot = try self.slot(name)
        halt(slot)
        slotByName[name] = nil
        if let phase = slots[Int(slot)]?.phase, phase == .running || phase == .overdue {
            serial += 1
            slots[Int(slot)]?.serial = serial
            leaving[name] = slot
            return slot
        }
        slots[Int(slot)] = nil
        free.append(slot)
        return nil
    }

    // MARK: Starting and stopping

    /// Lets a task run at its times; the first is after the present one.
    mutating func start(_ name: String, now: TaskTime) throws(PluginError) {
        let slot = try self.slot(name)
        guard let record = slots[Int(slot)], !record.isStarted else { return }
        slots[Int(slot)]?.isStarted = true
        switch record.plan {
        case .every(let interval): ticks.set(slot, due: now.monotonic + interval)
        case .cron(let cron): if let due = cron.next(after: now.wall) { moments.set(slot, due: due) }
        }
    }

    /// Lets a task not run any more until it is started; a run that goes on ends as usual.
    mutating func stop(_ name: String) throws(PluginError) {
        halt(try slot(name))
    }

    /// Has a task run as soon as there is a thread, at whatever time; one that runs already is busy.
    mutating func runNow(_ name: String, now: TaskTime) throws(PluginError) -> Int32 {
        guard !isClosed else { throw PluginError(code: .shuttingDown, message: "the host is stopping") }
        let slot = try self.slot(name)
        guard let record = slots[Int(slot)], record.phase == .idle else {
            throw PluginError(code: .busy, message: "the task \(name) is running already, and never runs twice at once")
        }
        enqueue(slot, due: now.wall)
        return slot
    }

    /// Begins no more runs, and takes no more tasks.
    mutating func close() {
        isClosed = true
        ticks = DueHeap()
        moments = DueHeap()
        queue.removeAll()
        for index in slots.indices where slots[index]?.phase == .ready { slots[index]?.phase = .idle }
    }

    // MARK: Time

    /// The moment of CLOCK_MONOTONIC at which to look again; `nil`: nothing waits for a time.
    func nextWake(now: TaskTime) -> Int64? {
        let moment = moments.first.map { now.monotonic + max(0, $0.due - now.wall) }
        return [ticks.first?.due, deadlines.first?.due, moment].compactMap(\.self).min()
    }

    /// Queues what is due by now, and gives back the runs that have passed their deadlines.
    mutating func advance(to now: TaskTime) -> [Outcome] {
        followClock(now)
        while let first = ticks.first, first.due <= now.monotonic { passTicks(first, now) }
        while let first = moments.first, first.due <= now.wall { passMoments(first, now) }
        var late: [Outcome] = []
        while let first = deadlines.first, first.due <= now.monotonic {
            deadlines.remove(first.slot)
            guard let record = slots[Int(first.slot)] else { continue }
            slots[Int(first.slot)]?.phase = .overdue
            queue.end(of: record.plugin)
            let limit = DurationText.format(record.declaration.deadline)
            let error = "it was not done within its deadline of \(limit); it runs again when it has ended"
            // One that has not begun itself has a run of the registration before it, which nobody asks for any more.
            if record.began == nil || leaving[record.name] == first.slot {
                late.append(
                    Outcome(slot: first.slot, name: record.name, plugin: record.plugin, error: error, isStale: true)
                )
            } else {
                late.append(note(first.slot, error, now))
            }
        }
        return late
    }

    /// The runs to begin now.
    mutating func takeStarts(now: TaskTime) -> [RunStart] {
        var starts: [RunStart] = []
        while let slot = queue.take() {
            guard let record = slots[Int(slot)] else { continue }
            let others = max(0, record.pending - 1)
            let isCatchingUp = record.declaration.missed == .catchUp
            let missed = isCatchingUp ? 0 : others
            slots[Int(slot)]?.pending = isCatchingUp ? others : 0
            slots[Int(slot)]?.missed += UInt64(missed)
            if isCatchingUp, others > 0 { slots[Int(slot)]?.due = record.plan.next(after: record.due) ?? record.due }
            slots[Int(slot)]?.phase = .running
            slots[Int(slot)]?.began = now
            let limit = record.declaration.deadline
            deadlines.set(slot, due: now.monotonic + limit.wholeNanoseconds + Self.grace)
            let run = TaskRun(name: record.name, due: Double(record.due) / 1e9, missed: missed)
            starts.append(
                RunStart(
                    slot: slot,
                    serial: record.serial,
                    run: run,
                    plugin: record.plugin,
                    body: record.body,
                    deadline: limit
                )
            )
        }
        return starts
    }

    /// Takes note of the end of a run; `nil` if it was given up before, or nobody asks any more.
    mutating func finish(_ start: RunStart, error: String?, now: TaskTime) -> Outcome? {
        guard let record = slots[Int(start.slot)] else { return nil }
        let wasLate = record.phase == .overdue
        deadlines.remove(start.slot)
        if !wasLate { queue.end(of: start.plugin) }
        slots[Int(start.slot)]?.phase = .idle
        if leaving[record.name] == start.slot {
            leaving[record.name] = nil
            slots[Int(start.slot)] = nil
            free.append(start.slot)
            return nil
        }
        let isStale = record.serial != start.serial
        let outcome = wasLate || isStale ? nil : note(start.slot, error, now)
        if record.pending > 0, record.isStarted { enqueue(start.slot, due: record.due) }
        return outcome
    }

    /// Waits for a run no longer, as for one that is late; its end is told to nobody.
    mutating func letGo(_ slot: Int32) {
        guard let record = slots[Int(slot)], record.phase == .running else { return }
        deadlines.remove(slot)
        slots[Int(slot)]?.phase = .overdue
        queue.end(of: record.plugin)
    }

    // MARK: Inside

    private func slot(_ name: String) throws(PluginError) -> Int32 {
        if let slot = slotByName[name] { return slot }
        let near = Spelling.nearest(to: name, among: slotByName.keys).map { "; did you mean '\($0)'?" } ?? ""
        throw PluginError(
            code: .notFound,
            message: "there is no task \(CronExpression.Fault.quoted(name))\(near)"
        )
    }

    private mutating func halt(_ slot: Int32) {
        ticks.remove(slot)
        moments.remove(slot)
        slots[Int(slot)]?.isStarted = false
        slots[Int(slot)]?.pending = 0
        if slots[Int(slot)]?.phase == .ready {
            queue.remove(slot)
            slots[Int(slot)]?.phase = .idle
        }
    }

    private mutating func passTicks(_ first: DueHeap.Entry, _ now: TaskTime) {
        guard case .every(let interval) = slots[Int(first.slot)]?.plan else { return ticks.remove(first.slot) }
        let count = (now.monotonic - first.due) / interval + 1
        ticks.set(first.slot, due: first.due + count * interval)
        let due = now.wall - (now.monotonic - first.due)
        pass(first.slot, Int(clamping: count), first: due, last: due + (count - 1) * interval, isMet: true)
    }

    private mutating func passMoments(_ first: DueHeap.Entry, _ now: TaskTime) {
        guard case .cron(let cron) = slots[Int(first.slot)]?.plan else { return moments.remove(first.slot) }
        var (count, last) = (1, first.due)
        var next = cron.next(after: last)
        while let due = next, due <= now.wall, count < Self.mostMoments {
            (count, last) = (count + 1, due)
            next = cron.next(after: due)
        }
        // Of so many nobody asks which was the last.
        if let due = next, due <= now.wall { next = cron.next(after: now.wall) }
        if let next { moments.set(first.slot, due: next) } else { moments.remove(first.slot) }
        pass(first.slot, count, first: first.due, last: last, isMet: now.wall - last < Self.meeting)
    }

    /// Takes note of moments that have passed; if `isMet`, the last of them is now.
    private mutating func pass(_ slot: Int32, _ count: Int, first: Int64, last: Int64, isMet: Bool) {
        guard let record = slots[Int(slot)] else { return }
        let isIdle = record.phase == .idle
        switch record.declaration.missed {
        case .skip where !isIdle || !isMet: slots[Int(slot)]?.missed += UInt64(count)
        case .skip, .once:
            slots[Int(slot)]?.pending += count
            slots[Int(slot)]?.due = last
            if isIdle { enqueue(slot, due: last) }
        case .catchUp:
            let room = max(0, Self.mostMoments - record.pending)
            slots[Int(slot)]?.pending += min(count, room)
            slots[Int(slot)]?.missed += UInt64(max(0, count - room))
            if record.pending == 0 { slots[Int(slot)]?.due = first }
            if isIdle { enqueue(slot, due: first) }
        }
    }

    private mutating func enqueue(_ slot: Int32, due: Int64) {
        guard !isClosed, let record = slots[Int(slot)] else { return }
        slots[Int(slot)]?.phase = .ready
        slots[Int(slot)]?.due = due
        queue.add(slot, of: record.plugin)
    }

    private mutating func note(_ slot: Int32, _ error: String?, _ now: TaskTime) -> Outcome {
        slots[Int(slot)]?.runs += 1
        slots[Int(slot)]?.lastError = error
        if let began = slots[Int(slot)]?.began {
            slots[Int(slot)]?.lastNanoseconds = now.monotonic - began.monotonic
        }
        if error != nil {
            slots[Int(slot)]?.failures += 1
            slots[Int(slot)]?.failuresInARow += 1
        } else {
            slots[Int(slot)]?.failuresInARow = 0
        }
        let record = slots[Int(slot)]
        return Outcome(
            slot: slot,
            name: record?.name ?? "",
            plugin: record?.plugin,
            error: error
        )
    }

    /// Finds new moments if the clock was set back by a lot: those that were found lie far ahead.
    private mutating func followClock(_ now: TaskTime) {
        defer { lastTime = now }
        guard let last = lastTime else { return }
        let step = (now.wall - last.wall) - (now.monotonic - last.monotonic)
        guard step < -Self.longestRepetition else { return }
        for slot in moments.slots {
            guard case .cron(let cron) = slots[Int(slot)]?.plan, let due = cron.next(after: now.wall) else { continue }
            moments.set(slot, due: due)
        }
    }
}
