internal import LinuxSystem
internal import Synchronization

/// The actions of all plugins, by their names, of which each is there once (RS-12).
final class ActionTable: Sendable {
    private struct State {
        var actions: [String: Action] = [:]
    }

    private let state = Mutex(State())
    private let calls: WatchedCalls
    private let chance: @Sendable () -> Double

    /// Creates a table whose chance is a number from 0 up to 1.
    init(caller: any ComponentCaller, chance: @escaping @Sendable () -> Double = { .random(in: 0..<1) }) {
        calls = WatchedCalls(caller: caller, name: "actions")
        self.chance = chance
    }

    /// All actions, by name.
    var all: [ActionInfo] {
        state.withLock { Array($0.actions.values) }.map(\.info).sorted { $0.name < $1.name }
    }

    /// The actions that may be done for a text, by name.
    func active(for text: String, chance: (() -> Double)? = nil) -> [ActionInfo] {
        let actions = state.withLock { Array($0.actions.values) }.sorted { $0.declaration.name < $1.declaration.name }
        return actions.filter { $0.isActive(for: text, chance: chance ?? self.chance) }.map(\.info)
    }

    /// Runs an action with arguments that are checked before; this thread waits.
    func run(
        _ name: String,
        _ arguments: JSONValue,
        until deadline: MonotonicInstant? = nil
    ) throws(PluginError) -> ActionResult {
        let action = try action(name)
        let checked: JSONValue
        do throws(ArgumentFault) {
            checked = try action.schema.checked(arguments: arguments)
        } catch {
            throw PluginError(code: .badPayload, message: "\(name): \(error.reason)")
        }
        let input = try JSONCoding.encode(checked)
        let isParallel = action.declaration.isParallel
        let own = MonotonicInstant.now.advanced(by: action.declaration.deadline)
        let due = deadline.map { min($0, own) } ?? own
        let gate = action.gate
        try gate.enter(isParallel: isParallel, until: due, as: name)
        defer { gate.leave(isParallel: isParallel) }
        let answer: [UInt8]
        do throws(PluginError) {
            answer = try calls.call(action.plugin, action.method, input, deadline: due, of: name, action.hanging)
        } catch {
            // What the plugin itself refuses, which it does with a number, is a result like any other.
            guard error.code == .failed, error.status != nil else { throw error }
            return ActionResult(success: false, text: error.message)
        }
        do throws(PluginError) {
            return try JSONCoding.decode(ActionResult.self, from: answer)
        } catch {
            throw PluginError(
                code: .badAnswer,
                message:
                    "\(action.plugin): the action \(name) answered no {\"success\": …, \"text\": …}: \(error.message)"
            )
        }
    }

    func stop() { calls.stop() }

    private func action(_ name: String) throws(PluginError) -> Action {
        let (action, names) = state.withLock { ($0.actions[name], $0.actions.keys.sorted()) }
        if let action { return action }
        let near = Spelling.nearest(to: name, among: names).map { "; \($0) may be meant" } ?? ""
        let there = names.isEmpty ? "there are none" : "there are \(names.joined(separator: ", "))"
        throw PluginError(code: .notFound, message: "there is no action \(name): \(there)\(near)")
    }

    /// The rule that language models have for the names of functions.
    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}

extension ActionTable: ComponentTable {
    func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String? {
        var names: Set<String> = []
        for action in declaration.actions {
            guard Self.isName(action.name) else {
                return "the action \"\(action.name.prefix(64))\": a name is 1 to 64 of a-z A-Z 0-9 _ -"
            }
            guard names.insert(action.name).inserted else { return "the action \(action.name) is declared twice" }
            if let owner = state.withLock({ $0.actions[action.name]?.plugin }), owner != plugin {
                return "the action \(action.name) of \(plugin) is taken: \(owner) has one of that name"
            }
            do throws(ParameterSchema.Malformed) {
                _ = try ParameterSchema(parameters: action.parameters)
            } catch {
                return "the action \(action.name): \(error.reason)"
            }
        }
        return nil
    }

    func replace(_ declaration: ComponentDeclaration, of plugin: String) {
        state.withLock { state in
            let old = state.actions.filter { $0.value.plugin == plugin }
            for name in old.keys { state.actions[name] = nil }
            for action in declaration.actions where state.actions[action.name] == nil {
                // It was checked before; what can't be read is not offered.
                guard let schema = try? ParameterSchema(parameters: action.parameters) else { continue }
                let gate = old[action.name]?.gate ?? ActionGate()
                state.actions[action.name] = Action(action, schema: schema, of: plugin, gate: gate)
            }
        }
    }
}
