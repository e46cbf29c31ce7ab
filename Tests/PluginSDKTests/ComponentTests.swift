import CPluginABI
import Foundation
import PluginSDK
import Testing

@Suite("The components of a plugin in Swift (RS-9)")
struct ComponentTests {
    final class Shop: ComponentPlugin {
        static let metadata = PluginMetadata(id: "shop", name: "Shop", version: "1.0.0")
        var prefix = ""
        var hasTask = false
        var ran: [TaskRun] = []

        init(context: PluginContext) {}

        static func register(in methods: inout MethodTable<Shop>) {
            methods.add("ran", Shop.count)
        }

        func count() -> Int { ran.count }

        func initialise(_ configuration: PluginConfiguration) throws {
            prefix = try configuration.string("prefix", default: "p")
            hasTask = try configuration.bool("task", default: false)
        }

        var components: Components<Shop> {
            Action("\(prefix)_status", "Tells.", deadline: .milliseconds(1500)) { _, arguments in
                .success("order \(try arguments.integer("number", default: 0))")
            }
            for name in ["first", "second"] {
                EventHandler(name, topics: ["order.*"]) { _, event in
                    event.text == "stop" ? .stop : event.text == "go" ? .goOn : .change(Array("\(name)!".utf8))
                }
            }
            Hook("double", stage: "count", of: Int.self) { _, number in number < 0 ? nil : number * 2 }
            Gateway("lines", platform: "socket") { _, message in message }
            Gateway("ears", platform: "socket", send: nil)
            if hasTask {
                ScheduledTask("tidy", every: .seconds(60)) { shop, run in shop.ran.append(run) }
            }
        }
    }

    final class Plain: Plugin {
        static let metadata = PluginMetadata(id: "plain", name: "Plain", version: "1.0.0")
        init(context: PluginContext) {}
        static func register(in methods: inout MethodTable<Plain>) {
            methods.addText("two", Plain.echo)
            methods.addText("one", Plain.echo)
        }
        func echo(_ text: String) -> String { text }
    }

    /// Asks for what is declared, as a host does.
    private static func declare(_ plugin: DrivenPlugin) throws -> String {
        let found = plugin.table.get_interface?(plugin.table.context, PH_COMPONENTS_V1)
        let table = try #require(found).assumingMemoryBound(to: ph_components_v1_t.self)
        #expect(table.pointee.struct_size == UInt32(MemoryLayout<ph_components_v1_t>.size))
        let (out, error) = (BytesSink(), BytesSink())
        let status = out.lend { out in error.lend { table.pointee.declare(plugin.table.context, out, $0) } }
        #expect(status == PH_OK, "\(error.text)")
        return out.text
    }

    @Test("are declared as JSON, by what the settings say")
    func declared() throws {
        let plugin = try DrivenPlugin(Shop.self)
        #expect(plugin.initialise(#"{"prefix":"q"}"#).status == PH_OK)
        let text = try Self.declare(plugin)
        let lists = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [Any]])
        let json = lists.compactMapValues { $0 as? [[String: Any]] }
        #expect(json["actions"]?.first?["name"] as? String == "q_status")
        #expect(json["actions"]?.first?["deadline"] as? String == "1500ms")
        #expect(json["handlers"]?.map { $0["name"] as? String } == ["first", "second"])
        #expect(json["gateways"]?.map { $0["sends"] as? Bool } == [true, false])
        #expect(json["tasks"]?.isEmpty == true)
    }

    @Test("are invoked by their reserved methods, beside the plugin's own")
    func invoked() throws {
        let plugin = try DrivenPlugin(Shop.self)
        _ = plugin.initialise(#"{"task":true}"#)
        #expect(plugin.call("ph.action/p_status").status == PH_METHOD_NOT_FOUND)
        _ = try Self.declare(plugin)
        let action = plugin.call("ph.action/p_status", #"{"number":7}"#)
        #expect(action == .init(status: PH_OK, text: #"{"success":true,"text":"order 7"}"#))
        #expect(plugin.call("ph.action/p_status", #"{"number":"x"}"#).status == PH_BAD_PAYLOAD)
        func event(_ data: String) -> String {
            plugin.call("ph.event/second", #"{"topic":"order.a"}"# + "\n\(data)").text
        }
        #expect(event("go") == "")
        #expect(event("stop") == "stop")
        #expect(event("x\ny") == "change\nsecond!")
        #expect(plugin.call("ph.event/second", "no header").status == PH_BAD_PAYLOAD)
        #expect(plugin.call("ph.hook/double", "21").text == "42")
        #expect(plugin.call("ph.hook/double", "-1") == .init(status: PH_OK, text: ""))
        #expect(plugin.call("ph.hook/double", "x").status == PH_BAD_PAYLOAD)
        #expect(plugin.call("ph.send/lines", "{}").text == "{}")
        #expect(plugin.call("ph.send/ears", "{}").status == PH_METHOD_NOT_FOUND)
        #expect(plugin.call("ph.task/tidy", #"{"due":"2026-01-01T00:00:00.000Z","missed":2}"#).status == PH_OK)
        #expect(plugin.call("ran").text == "1")
        #expect(plugin.call("ph.task/other", "{}").status == PH_METHOD_NOT_FOUND)
    }

    @Test("are none of a plugin that is no ComponentPlugin, which tells its methods all the same")
    func none() throws {
        let plugin = try DrivenPlugin(Plain.self)
        let json = try JSONSerialization.jsonObject(with: Data(Self.declare(plugin).utf8))
        let lists = try #require(json as? [String: [String]])
        #expect(lists["methods"] == ["one", "two"])
        #expect(lists.filter { !$0.value.isEmpty }.keys.sorted() == ["methods"])
    }

    @Test("stay what they are when new settings come, which the plugin takes or refuses (PL-5)")
    func configured() throws {
        let plugin = try DrivenPlugin(Shop.self)
        let found = plugin.table.get_interface?(plugin.table.context, PH_CONFIGURABLE_V1)
        let table = try #require(found).assumingMemoryBound(to: ph_configurable_v1_t.self)
        func configure(_ text: String) -> (Int32, String) {
            let error = BytesSink()
            let bytes = Array(text.utf8)
            let status = error.lend { table.pointee.configure(plugin.table.context, bytes, UInt64(bytes.count), $0) }
            return (status, error.text)
        }
        #expect(configure(#"{"prefix":"n"}"#) == (PH_OK, ""))
        let (status, text) = configure(#"{"prefix":7}"#)
        #expect(status == PH_BAD_PAYLOAD && text.contains("'prefix'"))
    }
}
