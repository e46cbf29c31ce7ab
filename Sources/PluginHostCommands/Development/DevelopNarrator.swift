internal import PluginHost
internal import Synchronization

/// Tells a developer what becomes of each build, from the events of the host.
final class DevelopNarrator: Sendable {
    private struct State {
        var isTalking = false
        var known: Set<String> = []
        var withState: Set<String> = []
        var facts: [String: DevelopFacts] = [:]
    }

    private let state = Mutex(State())
    private let say: @Sendable (String) -> Void
    private let look: @Sendable (_ plugin: String) async -> DevelopFacts?

    /// Creates a narrator, which looks at a plugin to say what has changed in it.
    init(
        say: @escaping @Sendable (String) -> Void,
        look: @escaping @Sendable (_ plugin: String) async -> DevelopFacts?
    ) {
        self.say = say
        self.look = look
    }

    /// Begins to talk; before, the host loads what was there, which the table of plugins tells.
    func begin() {
        state.withLock { $0.isTalking = true }
    }

    /// Falls silent: while everything is stopped, nothing that happens is news.
    func end() {
        state.withLock { $0.isTalking = false }
    }

    /// Takes an event, and tells what it means for the developer, if anything.
    func hear(_ event: PluginEvent) async {
        let line: String? = state.withLock { state in
            let line = Self.line(for: event, &state)
            return state.isTalking ? line : nil
        }
        let changes = await changes(after: event)
        if let line { say(([line] + changes).joined(separator: "\n  ")) }
    }

    /// What is different in the build that serves now.
    private func changes(after event: PluginEvent) async -> [String] {
        guard let plugin = event.plugin, event.event == .loaded || event.event == .reloadCompleted,
            let facts = await look(plugin)
        else { return [] }
        let before = state.withLock { $0.facts.updateValue(facts, forKey: plugin) }
        return before.flatMap { facts.changes(since: $0) }.map { [$0] } ?? []
    }

    /// How long the reload took: what the calls noticed of it, and the rest.
    private static func span(of event: PluginEvent, _ all: Double) -> String {
        guard let hold = event.holdSeconds else { return ", \(FigureText.seconds(all))" }
        return ", load \(FigureText.seconds(max(0, all - hold))), switch \(FigureText.seconds(hold))"
    }

    private static func line(for event: PluginEvent, _ state: inout State) -> String? {
        guard let plugin = event.plugin ?? event.path else { return nil }
        let error = event.error.map { ": \($0)" } ?? ""
        let generation = event.generation.map { "generation \($0)" } ?? "the new generation"
        switch event.event {
        case .reloadStarted:
            state.withState.remove(plugin)
            return nil
        case .stateRestored:
            state.withState.insert(plugin)
            return nil
        case .loaded:
            // A reload loads a generation, too, and says so when it is over.
            return state.known.insert(plugin).inserted ? "\(plugin) loaded: \(generation)" : nil
        case .reloadCompleted where event.success != false:
            state.known.insert(plugin)
            let kept = state.withState.contains(plugin) ? ", state kept" : ""
            let time = event.durationSeconds.map { span(of: event, $0) } ?? ""
            return "\(plugin) reloaded: \(generation)\(kept)\(time)"
        case .reloadCompleted:
            let rest = event.generation == 0 ? "nothing serves" : "the generation before goes on"
            return "\(plugin) not reloaded: \(rest)\(error)"
        case .reloadFailed:
            let attempt = event.attempt.map { " (attempt \($0))" } ?? ""
            return "\(plugin) failed to reload\(attempt)\(error)"
        case .rollbackTriggered: return "\(plugin) rolled back: \(event.reason ?? "for no reason given")"
        case .pluginRemoved:
            state.known.remove(plugin)
            return "\(plugin) removed"
        default: return nil
        }
    }
}
