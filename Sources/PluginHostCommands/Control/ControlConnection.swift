internal import LinuxSystem
internal import PluginHost
internal import Synchronization

/// One client of a control server, served by one thread.
///
/// The thread reads requests, carries them out one after the other, and writes the answers. It reads nothing while
/// answers are unread, so that a client which only sends fills no memory. Events come from another task through a
/// bounded queue.
final class ControlConnection: Sendable {
    private struct State {
        var queue: FollowQueue
        var isStopping = false
        var follower: Task<Void, Never>?
    }

    private let channel: SocketChannel
    private let dispatcher: ControlDispatcher
    private let limits: ControlLimits
    private let room: MessageRoom
    private let state: Mutex<State>

    init(channel: SocketChannel, dispatcher: ControlDispatcher, limits: ControlLimits, room: MessageRoom) {
        self.channel = channel
        self.room = room
        self.limits = limits
        self.dispatcher = dispatcher
        state = Mutex(State(queue: FollowQueue(limit: limits.queuedEvents)))
    }

    /// Asks the thread to end after the request that it is at.
    func stop() {
        state.withLock { $0.isStopping = true }
        channel.wake()
    }

    /// Serves the client until it goes away, misbehaves, or the server stops.
    func run() {
        var session = Session(lines: LineSplitter(limit: limits.messageSize), share: MessageRoom.Share(of: room))
        // A connection that fails is one that has ended: there is nobody to tell.
        try? serve(&session)
        state.withLock { $0.follower.take() }?.cancel()
    }

    /// What only the thread touches.
    private struct Session: ~Copyable {
        var lines: LineSplitter
        var share: MessageRoom.Share
        var output: [UInt8] = []
        var sent = 0
        var hasEnded = false
        var isClosing = false
        var isFollowing = false

        init(lines: LineSplitter, share: consuming MessageRoom.Share) {
            self.lines = lines
            self.share = share
        }

        var isIdle: Bool { sent == output.count }

        /// Takes what has arrived, if there is room for it.
        mutating func take(_ bytes: [UInt8]) -> Bool {
            guard share.resize(to: lines.waiting + bytes.count) else { return false }
            lines.append(bytes)
            return true
        }

        /// Ends the connection after one last message.
        mutating func close(saying error: ControlError) {
            lines = LineSplitter(limit: 0)
            put(ControlMessage.failure(of: .null, error))
            isClosing = true
        }

        mutating func put(_ bytes: [UInt8]) {
            if isIdle {
                output = bytes
                sent = 0
            } else {
                output += bytes
            }
        }
    }

    private func serve(_ session: inout Session) throws(SystemCallError) {
        while true {
            if state.withLock({ $0.isStopping }) { session.isClosing = true }
            if session.isIdle {
                for item in state.withLock({ $0.queue.take() }) { session.put(Self.message(item)) }
            }
            try step(&session)
            if session.isIdle, session.isClosing { return }
            if session.isIdle, try answerNext(&session) { continue }
            if session.isIdle, session.isClosing || (session.hasEnded && !session.isFollowing) { return }

            let isWriting = !session.isIdle
            let isHalf = session.lines.waiting > 0
            let ready = try channel.wait(
                reading: !isWriting && !session.hasEnded,
                writing: isWriting,
                timeout: session.isClosing ? .seconds(1) : isWriting || isHalf ? limits.stall : nil
            )
            if ready.contains(.gone), !ready.contains(.readable) { return }
            if ready.isEmpty {
                // Nothing was read by the other end for so long that it is taken for dead.
                if isWriting { return }
                session.close(saying: .invalidRequest("a message was begun, and then nothing came for \(limits.stall)"))
            }
            if ready.contains(.readable) {
                switch try channel.receive() {
                case .bytes(let bytes):
                    guard !session.take(bytes) else { break }
                    let reason =
                        "the messages of all clients together are longer than \(limits.sharedBytes) bytes, which is the limit; "
                        + "try again when others have been served, or leave large data in a file that the plugin reads"
                    session.close(saying: ControlError(PluginError(code: .busy, message: reason)))
                case .end: session.hasEnded = true
                case .nothing: break
                }
            }
        }
    }

    /// Writes as much as goes.
    private func step(_ session: inout Session) throws(SystemCallError) {
        guard !session.isIdle else { return }
        session.sent += try channel.send(session.output, from: session.sent)
        if session.isIdle {
            session.output = []
            session.sent = 0
            // To make a share smaller always goes.
            _ = session.share.resize(to: session.lines.waiting)
        }
    }

    /// Carries the next message out, if there is a whole one.
    private func answerNext(_ session: inout Session) throws(SystemCallError) -> Bool {
        let line: [UInt8]?
        do throws(LineSplitter.TooLong) {
            line = try session.lines.next() ?? (session.hasEnded ? session.lines.rest() : nil)
        } catch {
            // Where the next message begins can't be told.
            session.close(saying: .invalidRequest("a message has at most \(error.limit) bytes"))
            return true
        }
        guard let line else { return false }
        if line.allSatisfy({ $0 == UInt8(ascii: " ") }) { return true }
        let held = line.count + session.lines.waiting
        let isFollowing = session.isFollowing
        switch dispatcher.handle(line, isFollowing: isFollowing, hasRoom: { session.share.resize(to: held + $0) }) {
        case .answer(let bytes):
            if let bytes { session.put(bytes) }
        case .follow(let answer, let events, let known):
            if let answer { session.put(answer) }
            follow(events, but: known)
            session.isFollowing = true
        case .followLog(let answer, let records, let query, let known):
            if let answer { session.put(answer) }
            follow(records, query, but: known)
            session.isFollowing = true
        }
        return true
    }

    private func follow(_ events: AsyncStream<PluginEvent>, but known: Set<PluginEvent>) {
        let task = Task { [weak self] in
            for await event in events where !known.contains(event) {
                guard let self else { return }
                state.withLock { $0.queue.offer(event) }
                channel.wake()
            }
        }
        state.withLock { $0.follower = task }
    }

    private func follow(_ records: AsyncStream<LogRecord>, _ query: HostLog.Query, but known: Set<LogRecord>) {
        let task = Task { [weak self] in
            for await record in records where query.wants(record) && !known.contains(record) {
                guard let self else { return }
                state.withLock { $0.queue.offer(record) }
                channel.wake()
            }
        }
        state.withLock { $0.follower = task }
    }

    private static func message(_ item: FollowQueue.Item) -> [UInt8] {
        switch item {
        case .event(let event): ControlMessage.notification("event", event)
        case .record(let record): ControlMessage.notification("record", record)
        case .dropped(let count): ControlMessage.notification("events.dropped", ["count": count])
        }
    }
}
