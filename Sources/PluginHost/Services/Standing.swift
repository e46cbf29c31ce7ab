internal import Synchronization

/// Whether an instance serves, and what it has asked for that waits for that.
///
/// What others would notice is done when the instance takes its place, and never if it does not: a reload that fails leaves
/// everything as it was (HR-4). Nothing is done any more for one whose place another has taken.
final class Standing: Sendable {
    typealias Wish = @Sendable () throws(PluginError) -> Void

    private enum Phase {
        case waits
        case serves
        case over
    }

    private struct State {
        var phase: Phase
        var wishes: [Wish] = []
    }

    /// An instance that asks for things in a loop must not fill the memory.
    private static let most = 10_000

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
    static let none = Standing(.over)

    /// Does something at once for an instance that serves, at the switch for one that is about to, and never for others.
    func perform(_ wish: @escaping Wish) throws(PluginError) {
        let isAtOnce = try state.withLock { state throws(PluginError) in
            if state.phase == .waits {
                guard state.wishes.count < Self.most else {
                    throw PluginError(
                        code: .busy,
                        message: "\(Self.most) requests wait until the plugin serves already"
                    )
                }
                state.wishes.append(wish)
            }
            return state.phase == .serves
        }
        if isAtOnce { try wish() }
    }

    /// Does what has waited, in its order; from then on the instance serves.
    func begin() {
        while let wishes = takeWishes() {
            for wish in wishes {
                do throws(PluginError) { try wish() } catch { warn(error.message) }
            }
        }
    }

    /// Forgets what has waited: another one serves, or the plugin goes.
    func end() {
        state.withLock { $0 = State(phase: .over) }
    }

    /// What has come meanwhile; with nothing more to do, the instance serves.
    private func takeWishes() -> [Wish]? {
        state.withLock { state in
            guard state.phase == .waits else { return nil }
            guard !state.wishes.isEmpty else {
                state.phase = .serves
                return nil
            }
            defer { state.wishes = [] }
            return state.wishes
        }
    }
}
