internal import Synchronization

/// Whether an instance serves, and what it has asked for that waits for that.
///
/// What others would notice is done when the instance takes its place, and never if it does not: a reload that fails leaves
/// everything as it was (HR-4). What can't wait, because the instance reads it again, is taken back then.
final class Standing: Sendable {
    typealias Wish = @Sendable () throws(PluginError) -> Void

    private enum Phase {
        case waits
        case serves
        /// Another has taken its place.
        case served
        /// It has never served, and never will.
        case turnedDown
    }

    private struct State {
        var phase: Phase
        var wishes: [Wish] = []
        /// What takes back what was done already, the oldest first.
        var undoing: [Undo] = []
        var bytes = 0
        /// Something was refused that an instance that serves is not refused.
        var isDenied = false

        mutating func move(to phase: Phase) { self = State(phase: phase) }
    }

    // An instance that asks for things in a loop must not fill the memory.
    private static let most = 10_000
    private static let mostBytes = 64 << 20

    private let state: Mutex<State>
    private let warn: @Sendable (String) -> Void

    /// Begins before the instance serves; what can't be done at the switch is told by `warn`.
    init(warn: @escaping @Sendable (String) -> Void) {
        self.warn = warn
        state = Mutex(State(phase: .waits))
    }

    private init(_ phase: Phase) {
        warn = { _ in }
        state = Mutex(State(phase: phase))
    }

    /// That of an instance that serves.
    static let serving = Standing(.serves)
    /// That of one that never will.
    static var none: Standing { Standing(.turnedDown) }

    /// Whether it is to serve, and does not yet.
    var waits: Bool { state.withLock { $0.phase == .waits } }

    /// Whether the instance may have failed only because it does not serve.
    var isDenied: Bool { state.withLock { $0.isDenied } }

    // MARK: Asking

    /// Changes something of the plugin's at once for an instance that serves, at the switch for one that is about to, and never
    /// for others.
    func perform(_ wish: @escaping Wish) throws(PluginError) {
        if try wait(with: wish, bytes: 0) == .serves { try wish() }
    }

    /// Says something of so many bytes, which one that has served may do as well: calls in flight end in it.
    func say(bytes: Int, _ wish: @escaping Wish) throws(PluginError) {
        let phase = try wait(with: wish, bytes: bytes)
        if phase == .serves || phase == .served { try wish() }
    }

    /// The phase; in the one before the switch, the wish waits.
    private func wait(with wish: @escaping Wish, bytes: Int) throws(PluginError) -> Phase {
        try state.withLock { state throws(PluginError) in
            if state.phase == .waits {
                try Self.makeRoom(bytes, in: &state)
                state.wishes.append(wish)
            }
            return state.phase
        }
    }

    /// What takes something back, and how many bytes are kept for that.
    struct Undo: Sendable {
        let bytes: Int
        let run: @Sendable () -> Void
    }

    /// Does at once what an instance does that may serve, and keeps what takes it back if it does not.
    ///
    /// The body is told whether it is to do it, or only to judge it.
    func attempt<Answer>(
        _ body: (_ stays: Bool) throws(PluginError) -> (answer: Answer, undo: Undo?)
    ) throws(PluginError) -> Answer {
        let phase = state.withLock { $0.phase }
        let (answer, undo) = try body(phase != .turnedDown)
        guard phase == .waits, let undo else { return answer }
        do throws(PluginError) {
            let isTooLate = try state.withLock { state throws(PluginError) in
                if state.phase == .waits {
                    try Self.makeRoom(undo.bytes, in: &state)
                    state.undoing.append(undo)
                }
                return state.phase == .turnedDown
            }
            if isTooLate { undo.run() }
        } catch {
            undo.run()
            throw error
        }
        return answer
    }

    /// Takes note that something is refused because the instance does not serve.
    func deny() { state.withLock { $0.isDenied = true } }

    private static func makeRoom(_ bytes: Int, in state: inout State) throws(PluginError) {
        guard state.wishes.count + state.undoing.count < most, bytes <= mostBytes - state.bytes else {
            throw PluginError(
                code: .busy,
                message:
                    "before it serves, a plugin can ask for \(most) things and \(mostBytes >> 20) MiB, not for more"
            )
        }
        state.bytes += bytes
    }

    // MARK: Phases

    /// Does what has waited, in its order; from then on the instance serves.
    func begin() {
        while let wishes = takeWishes() {
            for wish in wishes {
                do throws(PluginError) { try wish() } catch { warn(error.message) }
            }
        }
    }

    /// Has no more done for the instance: another one serves, or the plugin goes.
    ///
    /// What has waited is forgotten, and what was done already for one that never served is taken back.
    func end() {
        let undoing = state.withLock { state in
            defer { state.move(to: state.phase == .serves || state.phase == .served ? .served : .turnedDown) }
            return state.undoing
        }
        for undo in undoing.reversed() { undo.run() }
    }

    /// How much has been asked for; what comes later can be forgotten alone.
    var mark: Mark {
        state.withLock { Mark(wishes: $0.wishes.count, undoing: $0.undoing.count, bytes: $0.bytes) }
    }

    struct Mark {
        fileprivate let wishes: Int
        fileprivate let undoing: Int
        fileprivate let bytes: Int
    }

    /// Forgets and takes back what has been asked for since, by an instance that may still come to serve.
    func goBack(to mark: Mark) {
        let undoing = state.withLock { state -> ArraySlice<Undo> in
            guard state.phase == .waits else { return [] }
            defer {
                state.wishes.removeSubrange(mark.wishes...)
                state.undoing.removeSubrange(mark.undoing...)
                state.bytes = mark.bytes
            }
            return state.undoing[mark.undoing...]
        }
        for undo in undoing.reversed() { undo.run() }
    }

    /// What has come meanwhile; with nothing more to do, the instance serves.
    private func takeWishes() -> [Wish]? {
        state.withLock { state in
            guard state.phase == .waits else { return nil }
            guard !state.wishes.isEmpty else {
                state.move(to: .serves)
                return nil
            }
            defer { state.wishes = [] }
            return state.wishes
        }
    }
}
