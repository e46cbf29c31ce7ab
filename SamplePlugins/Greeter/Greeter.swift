// A plugin with a setting: the operator writes `"greeting": "Good morning"`, and the running plugin is told.

public import PluginSDK

final class Greeter: Plugin {
    static let metadata = PluginMetadata(id: "greeter", name: "Greeter", version: "1.0.0")

    private var greeting = "Hello"

    init(context: PluginContext) {}

    static func register(in methods: inout MethodTable<Greeter>) {
        methods.addText("greet", Greeter.greet)
    }

    /// Reads the settings, at the start and whenever they change; a setting of the wrong type is refused by name.
    func initialise(_ configuration: PluginConfiguration) throws {
        greeting = try configuration.string("greeting", default: "Hello")
    }

    /// Greets somebody; text comes and goes as it is, without the quotes of JSON.
    func greet(_ name: String) -> String { "\(greeting), \(name)!" }
}

/// The one function that the host looks for.
@c(ph_plugin_factory)
public func factory() -> PluginFactory { makeFactory(of: Greeter.self) }
