internal import LinuxSystem
internal import Synchronization

/// The tasks of plugins: those that they declare, and those that they ask for while they run (RS-9, CH-1).
///
/// A run is an ordinary call of `ph.task/NAME`. A reload holds it like any other, so that the task goes on with the new
/// generation; what falls due meanwhile becomes one run.
final class PluginTasks: ComponentTable {
    private let keeper: TaskKeeper
    private let caller: any ComponentCaller
    /// Which generation has asked for a task that is not declared.
    private let generations = Mutex<[String: UInt64]>([:])
    /// Tasks that were not declared, of plugins that are stopped or have failed.
    private let held = Mutex<[String: [String]]>([:])

    init(keeper: TaskKeeper, caller: any ComponentCaller) {
        self.keeper = keeper
        self.caller = caller
    }

    /// The name outside of the plugin.
    static func fullName(_ name: String, of plugin: String) -> String { "\(plugin)/\(name)" }

    // MARK: Declared

    func conflict(_ declaration: ComponentDeclaration, of plugin: String) -> String? {
        for task in declaration.tasks {
            do throws(PluginError) {
                let record = try record(task, of: plugin)
                guard let other = keeper.record(record.name), other.plugin != plugin else { continue }
                let owner = other.plugin.map { "the plugin \($0)" } ?? "the host's own program"
                return "the task '\(record.name)' is one of \(owner) already; rename it in one of the two"
            } catch {
                return error.message
            }
        }
        return nil
    }

    func replace(_ declaration: ComponentDeclaration, of plugin: String) {
        // What is no schedule was refused before.
        let records = declaration.tasks.compactMap { try? record($0, of: plugin) }
        generations.withLock { generations in
            for record in records { generations[record.name] = nil }
        }
        keeper.replaceTasks(of: plugin, with: records)
    }

    // MARK: Asked for

    /// Refuses a task that is none.
    func check(_ task: TaskDeclaration, of plugin: String) throws(PluginError) {
        _ = try record(task, of: plugin, isDynamic: true)
    }

    /// Takes a task in that a plugin asks for; the same one again stays as it is.
    func register(_ task: TaskDeclaration, of plugin: String, generation: UInt64) throws(PluginError) {
        let record = try record(task, of: plugin, isDynamic: true)
        if let present = keeper.record(record.name), present.plugin == plugin, present.isDynamic {
            generations.withLock { $0[record.name] = generation }
            guard present.declaration != record.declaration else { return }
            try keeper.unregister(record.name)
        }
        try keeper.register(record)
        generations.withLock { $0[record.name] = generation }
    }

    /// Takes a task away that a plugin has asked for; one that it has declared stays.
    func unregister(_ name: String, of plugin: String) throws(PluginError) {
        let full = Self.fullName(name, of: plugin)
        if let record = keeper.record(full), !record.isDynamic {
            throw PluginError(
                code: .conflict,
                message: "the task \(full) is declared by the plugin, and goes with its declaration; it can be stopped"
            )
        }
        try keeper.unregister(full)
        generations.withLock { $0[full] = nil }
    }

    func start(_ name: String, of plugin: String) throws(PluginError) {
        try keeper.start(Self.fullName(name, of: plugin))
    }

    func stop(_ name: String, of plugin: String) throws(PluginError) {
        try keeper.stop(Self.fullName(name, of: plugin))
    }

    /// Takes note of what happens to plugins: what one has asked for goes with the generation that did, and rests while that is
    /// stopped or has failed.
    func take(_ event: PluginEvent) {
        guard let plugin = event.plugin else { return }
        switch event.event {
        case .unloaded, .pluginRemoved: forget(plugin, before: .max)
        case .stateChanged where event.new == "stopped" || event.new == "error": hold(plugin)
        case .stateChanged where event.new == "running": letGo(plugin)
        case .reloadCompleted where event.success == true: forget(plugin, before: event.generation ?? 0)
        default: break
        }
    }

    private func hold(_ plugin: String) {
        let names = keeper.dynamicTasks(of: plugin).filter(\.isStarted).map(\.name)
        for name in names { try? keeper.stop(name) }
        held.withLock { $0[plugin, default: []] += names }
    }

    private func letGo(_ plugin: String) {
        // One that was unregistered meanwhile is not to be found.
        for name in held.withLock({ $0.removeValue(forKey: plugin) }) ?? [] { try? keeper.start(name) }
    }

    private func forget(_ plugin: String, before generation: UInt64) {
        held.withLock { $0[plugin] = nil }
        for record in keeper.dynamicTasks(of: plugin) {
            let asked = generations.withLock { $0[record.name] } ?? 0
            guard asked < generation else { continue }
            try? keeper.unregister(record.name)
            generations.withLock { $0[record.name] = nil }
        }
    }

    // MARK: Runs

    private func record(
        _ task: TaskDeclaration,
        of plugin: String,
        isDynamic: Bool = false
    ) throws(PluginError) -> TaskRecord {
        var declaration = task
        declaration.name = Self.fullName(task.name, of: plugin)
        let method = ComponentMethod.task(task.name)
        return try TaskRecord(
            declaration,
            plugin: plugin,
            isDynamic: isDynamic,
            body: .blocking { [caller] (run, deadline) throws(PluginError) in
                let input = try JSONCoding.encode(TaskInput(run))
                _ = try caller.call(plugin, method, input, deadline: deadline)
            }
        )
    }
}
