internal import LinuxSystem

/// The events on their way, and what waits for which handler (RS-10); it has no clock, no lock and no thread.
///
/// An event is put into the queues of all its handlers at once when it is published, so that each handler gets events in
/// the order of publishing. It goes from handler to handler in the order of its route: a handler takes the first event of
/// its queue as soon as that has passed the handlers before. The oldest event is first wherever it waits, so something
/// can always go on.
struct EventQueues: Sendable {
    /// The place of a handler; who holds one of a handler that is gone sees that by its life.
    struct LaneID: Hashable, Sendable {
        let slot: Int
        let life: UInt32
    }

    /// The handlers of a topic, in their order.
    final class Route: Sendable {
        let lanes: [LaneID]

        init(_ lanes: [LaneID]) { self.lanes = lanes }
    }

    /// One call of a handler that is to be made.
    struct Step: Sendable {
        let lane: LaneID
        let token: UInt64
        let handler: EventHandler
        let input: [UInt8]
        let began: MonotonicInstant
        let deadline: MonotonicInstant
    }

    /// Something that the operator should hear of.
    struct Complaint: Sendable {
        let handler: EventHandler
        let text: String
    }

    private enum Activity {
        case idle
        /// The first event of the queue waits for a thread.
        case ready
        case running(token: UInt64, deadline: MonotonicInstant)
    }

    private struct Lane {
        var life: UInt32 = 0
        var handler: EventHandler?
        /// With the event that it is busy with, if it is.
        var queue = RingBuffer<Int>()
        var activity = Activity.idle
        /// The call that was cut off and has not returned yet.
        var stuck: UInt64?
        /// The last call that may be one of a generation before, which keeps no event from the handler should it hang.
        var lastOfOthers: UInt64 = 0
        var counts = EventHandlerStatus.Counts()

        var isIdle: Bool { if case .idle = activity { true } else { false } }
        var waiting: Int { queue.count - (isIdle ? 0 : 1) }
        var isFull: Bool { waiting >= (handler?.declaration.queue ?? 0) }
    }

    private struct Delivery {
        let route: Route
        /// Which handler of the route the event is at; -1 before the first.
        var position = -1
        /// The handlers whose queue had no room for it.
        var passed: [Int] = []
        var isOver = false
        /// In how many queues it is.
        var queued = 0
        var input: [UInt8]
        let headerSize: Int
    }

    private var lanes: [Lane] = []
    private var freeLanes: [Int] = []
    private var slots: [EventHandler.Key: Int] = [:]
    private var deliveries: [Delivery?] = []
    private var freeDeliveries: [Int] = []
    private var ready = RingBuffer<LaneID>()
    /// Where events go on that were moved by what is being done.
    private var moves: [(delivery: Int, position: Int)] = []
    private var lastToken: UInt64 = 0
    /// The calls that were cut off and have not returned yet.
    private var lost: Set<UInt64> = []
    /// The calls whose handler has gone meanwhile, until they return or are cut off as well.
    private var orphans: [UInt64: (handler: EventHandler, deadline: MonotonicInstant)] = [:]
    private var complaints: [Complaint] = []

    // MARK: Handlers

    /// Makes these the handlers of a plugin, which are called by the caller; those that it keeps keep their queue.
    mutating func replace(_ declarations: [HandlerDeclaration], of plugin: String, by caller: any ComponentCaller) {
        let names = Set(declarations.map(\.name))
        for (key, slot) in slots where key.plugin == plugin && !names.contains(key.name) { remove(key, slot) }
        for declaration in declarations {
            let handler = EventHandler(declaration, of: plugin, by: caller)
            if let slot = slots[handler.key] {
                lanes[slot].handler = handler
                // What hangs, or will, is a call of the generation before.
                (lanes[slot].stuck, lanes[slot].lastOfOthers) = (nil, lastToken)
            } else {
                let slot = freeLanes.popLast() ?? lanes.count
                if slot == lanes.count { lanes.append(Lane()) }
                lanes[slot].handler = handler
                slots[handler.key] = slot
            }
        }
        goOn()
    }

    private mutating func remove(_ key: EventHandler.Key, _ slot: Int) {
        slots[key] = nil
        if case .running(let token, let deadline) = lanes[slot].activity, let handler = lanes[slot].handler {
            orphans[token] = (handler, deadline)
        }
        while let delivery = lanes[slot].queue.popFirst() {
            if let position = arrival(of: delivery, at: slot) { moves.append((delivery, position + 1)) }
            leaveQueue(delivery)
        }
        lanes[slot] = Lane(life: lanes[slot].life &+ 1)
        freeLanes.append(slot)
    }

    /// All handlers, with their places.
    var handlers: [(lane: LaneID, handler: EventHandler)] {
        slots.values.compactMap { slot in
            lanes[slot].handler.map { (LaneID(slot: slot, life: lanes[slot].life), $0) }
        }
    }

    /// How all handlers stand, in the order in which they get events.
    var statuses: [EventHandlerStatus] {
        handlers.sorted { $0.handler.precedes($1.handler) }.map { lane, handler in
            var status = EventHandlerStatus(handler)
            status.waiting = lanes[lane.slot].waiting
            status.isStuck = lanes[lane.slot].stuck != nil
            status.counts = lanes[lane.slot].counts
            return status
        }
    }

    // MARK: Events

    /// The handlers of a route that want the publisher to wait for room in their queues, and have none.
    func mustWait(for route: Route) -> Bool {
        route.lanes.contains { id in
            let lane = lanes[id.slot]
            return lane.life == id.life && lane.handler?.declaration.overflow == .block && lane.isFull
        }
    }

    /// Puts an event into the queues of its handlers, whose input is a header of this size and then the data.
    mutating func publish(_ route: Route, input: [UInt8], headerSize: Int) {
        let event = freeDeliveries.popLast() ?? deliveries.count
        let delivery = Delivery(route: route, input: input, headerSize: headerSize)
        if event == deliveries.count { deliveries.append(delivery) } else { deliveries[event] = delivery }
        for (position, id) in route.lanes.enumerated() where lanes[id.slot].life == id.life {
            if lanes[id.slot].isFull, !makeRoom(id.slot) {
                deliveries[event]?.passed.append(position)
            } else {
                lanes[id.slot].queue.append(event)
                deliveries[event]?.queued += 1
            }
        }
        moves.append((event, 0))
        goOn()
    }

    /// Says whether a full queue has room again, having dropped its oldest event.
    private mutating func makeRoom(_ slot: Int) -> Bool {
        lanes[slot].counts.dropped += 1
        let policy = lanes[slot].handler?.declaration.overflow ?? .dropNewest
        complain(
            lanes[slot].handler,
            "its queue of \(lanes[slot].handler?.declaration.queue ?? 0) events is full (\(policy.rawValue))"
        )
        guard policy == .dropOldest, let oldest = lanes[slot].queue.remove(at: lanes[slot].isIdle ? 0 : 1) else {
            return false
        }
        if let position = arrival(of: oldest, at: slot) {
            moves.append((oldest, position + 1))
        } else if let place = deliveries[oldest]?.route.lanes.firstIndex(where: { $0.slot == slot }) {
            deliveries[oldest]?.passed.append(place)
        }
        leaveQueue(oldest)
        return true
    }

    // MARK: Calls of handlers

    /// Whether a handler could be called now.
    var hasWork: Bool { !ready.isEmpty }
    var work: Int { ready.count }

    /// The next call that is to be made; whoever takes it says `finish` when it has returned.
    mutating func next(now: MonotonicInstant) -> Step? {
        while let id = ready.popFirst() {
            guard lanes[id.slot].life == id.life, case .ready = lanes[id.slot].activity else { continue }
            guard let handler = lanes[id.slot].handler, let event = lanes[id.slot].queue.first else { continue }
            guard let input = deliveries[event]?.input else { continue }
            lastToken += 1
            let deadline = now.advanced(by: handler.declaration.deadline)
            lanes[id.slot].activity = .running(token: lastToken, deadline: deadline)
            return Step(lane: id, token: lastToken, handler: handler, input: input, began: now, deadline: deadline)
        }
        return nil
    }

    /// Takes what came of a call; says `false` if it was cut off before, and its thread is not needed any more.
    mutating func finish(_ lane: LaneID, _ token: UInt64, _ outcome: EventOutcome) -> Bool {
        if lost.remove(token) != nil {
            if lanes[lane.slot].stuck == token { lanes[lane.slot].stuck = nil }
            return false
        }
        // Otherwise the handler has gone meanwhile, and the event went on without it.
        orphans[token] = nil
        guard lanes[lane.slot].life == lane.life, case .running(token, _) = lanes[lane.slot].activity else {
            return true
        }
        count(outcome, lane.slot)
        release(lane.slot, with: outcome)
        goOn()
        return true
    }

    /// Gives the calls up whose deadline has passed; says how many threads they keep.
    mutating func cutOff(now: MonotonicInstant, grace: Duration) -> Int {
        var lostThreads = 0
        for slot in lanes.indices {
            guard case .running(let token, let deadline) = lanes[slot].activity else { continue }
            guard deadline.advanced(by: grace) <= now else { continue }
            let outcome = EventOutcome.timesOut("it was not done by its deadline, and still runs")
            count(outcome, slot)
            lost.insert(token)
            if token > lanes[slot].lastOfOthers { lanes[slot].stuck = token }
            lostThreads += 1
            release(slot, with: outcome)
        }
        for (token, orphan) in orphans where orphan.deadline.advanced(by: grace) <= now {
            orphans[token] = nil
            lost.insert(token)
            lostThreads += 1
            complain(orphan.handler, "it has gone, and a call of it still runs")
        }
        goOn()
        return lostThreads
    }

    /// When the first of the calls that are being made is to be done.
    var nextDeadline: MonotonicInstant? {
        let deadlines = lanes.compactMap { lane in
            if case .running(_, let deadline) = lane.activity { deadline } else { nil }
        }
        return (deadlines + orphans.values.map(\.deadline)).min()
    }

    /// What the operator should hear of, since this was asked before.
    mutating func takeComplaints() -> [Complaint] {
        defer { complaints = [] }
        return complaints
    }

    var hasComplaints: Bool { !complaints.isEmpty }

    private mutating func count(_ outcome: EventOutcome, _ slot: Int) {
        switch outcome {
        case .goesOn: lanes[slot].counts.handled += 1
        case .stops:
            lanes[slot].counts.handled += 1
            lanes[slot].counts.stopped += 1
        case .changes:
            lanes[slot].counts.handled += 1
            lanes[slot].counts.changed += 1
        case .fails(let reason):
            lanes[slot].counts.failed += 1
            complain(lanes[slot].handler, "it failed: \(reason)")
        case .timesOut(let reason):
            lanes[slot].counts.timedOut += 1
            complain(lanes[slot].handler, "it was cut off: \(reason)")
        }
    }

    private mutating func complain(_ handler: EventHandler?, _ text: String) {
        // More than that at once are the same again.
        guard complaints.count < 64, let handler else { return }
        complaints.append(Complaint(handler: handler, text: text))
    }
}

extension EventQueues {
    // MARK: Moving on

    /// Lets the event go on that a handler was busy with.
    private mutating func release(_ slot: Int, with outcome: EventOutcome) {
        lanes[slot].activity = .idle
        guard let event = lanes[slot].queue.popFirst(), let delivery = deliveries[event] else { return }
        switch outcome {
        case .stops: end(event)
        case .changes(let data):
            deliveries[event]?.input = Array(delivery.input.prefix(delivery.headerSize)) + data
            moves.append((event, delivery.position + 1))
        case .goesOn, .fails, .timesOut: moves.append((event, delivery.position + 1))
        }
        leaveQueue(event)
        settle(slot)
    }

    /// Moves events until all are where they have to wait.
    private mutating func goOn() {
        while let (event, start) = moves.popLast() {
            guard let delivery = deliveries[event], !delivery.isOver else { continue }
            let next = delivery.route.lanes[start...].enumerated().first { offset, id in
                lanes[id.slot].life == id.life && !delivery.passed.contains(start + offset)
            }
            guard let next else {
                end(event)
                continue
            }
            deliveries[event]?.position = start + next.offset
            settle(next.element.slot)
        }
    }

    /// Lets a handler that has nothing to do take the first event of its queue, if that has come.
    private mutating func settle(_ slot: Int) {
        while lanes[slot].isIdle, let event = lanes[slot].queue.first, let delivery = deliveries[event] {
            if delivery.isOver {
                lanes[slot].queue.popFirst()
                leaveQueue(event)
                continue
            }
            guard let position = arrival(of: event, at: slot) else { return }
            guard lanes[slot].stuck != nil else {
                lanes[slot].activity = .ready
                ready.append(LaneID(slot: slot, life: lanes[slot].life))
                return
            }
            lanes[slot].counts.skipped += 1
            lanes[slot].queue.popFirst()
            leaveQueue(event)
            moves.append((event, position + 1))
        }
    }

    /// Where in its route an event is if it has come to this handler.
    private func arrival(of event: Int, at slot: Int) -> Int? {
        guard let delivery = deliveries[event], delivery.position >= 0, !delivery.isOver else { return nil }
        let lane = delivery.route.lanes[delivery.position]
        return lane.slot == slot && lane.life == lanes[slot].life ? delivery.position : nil
    }

    private mutating func end(_ event: Int) {
        guard let delivery = deliveries[event] else { return }
        deliveries[event]?.isOver = true
        guard delivery.queued > 0 else { return free(event) }
        for id in delivery.route.lanes.dropFirst(delivery.position + 1) where lanes[id.slot].life == id.life {
            if lanes[id.slot].queue.first == event { settle(id.slot) }
        }
    }

    private mutating func leaveQueue(_ event: Int) {
        deliveries[event]?.queued -= 1
        if let delivery = deliveries[event], delivery.isOver, delivery.queued <= 0 { free(event) }
    }

    private mutating func free(_ event: Int) {
        guard deliveries[event] != nil else { return }
        deliveries[event] = nil
        freeDeliveries.append(event)
    }
}
