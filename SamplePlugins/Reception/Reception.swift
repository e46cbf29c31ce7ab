// A plugin that works with others: the sample Greeter greets for it, hooks of all plugins may change what is said, the number of
// visitors is one of the values that plugins share, and it says itself that it is alive.
//
//   { "plugins": "reception", "grant": ["call:greeter", "hooks.run", "state.shared"] }      among the permissions; dev grants all
//   plugin-host call reception welcome Ada
//   plugin-host hook reception.farewell '"Goodbye"'                                         runs what it contributes itself

public import PluginSDK

final class Reception: ConcurrentPlugin, ComponentPlugin {
    static let metadata = PluginMetadata(
        id: "reception",
        name: "Reception",
        version: "1.0.0",
        permissions: ["call:greeter", "hooks.run", "state.shared"]
    )

    private static let visitors = "reception/visitors"
    private let context: PluginContext

    init(context: PluginContext) { self.context = context }

    static func register(in methods: inout MethodTable<Reception>) {
        methods.addText("welcome", Reception.welcome)
    }

    var components: Components<Reception> {
        Hook("thank", stage: "reception.farewell", of: String.self) { _, text in "\(text), and thank you." }
        // Who has said once that it is alive has to go on.
        ScheduledTask("beat", every: .seconds(10)) { reception, _ in try reception.context.heartbeat.alive() }
    }

    /// Has somebody greeted, and counts.
    func welcome(_ name: String) throws -> String {
        let greeting = try context.plugins.call("greeter", "greet", Array(name.utf8), timeout: .seconds(2))
        // Whoever has a hook at this stage may say it another way; nobody need.
        let text = try context.hooks.run("reception.welcome", String(decoding: greeting, as: UTF8.self))
        return "\(text) You are visitor \(try count())."
    }

    /// Counts one more, though another thread or plugin may count at the same moment; the number outlives the plugin and the host.
    private func count() throws -> Int {
        while true {
            let present = try context.sharedState.value(of: Self.visitors)
            let number = (present.flatMap { Int($0.text) } ?? 0) + 1
            let change = try context.sharedState.compareAndSet(
                Self.visitors,
                from: present?.version ?? 0,
                to: Array("\(number)".utf8),
                isKept: true
            )
            if change.isSet { return number }
        }
    }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: Reception.self) }
