import CPluginABI
import PluginSDK
import Testing

@Suite("A plugin's methods")
struct MethodTests {
    typealias Reply = DrivenPlugin.Reply

    @Test(
        "carry typed values both ways (PL-8)",
        arguments: [
            ("mirror", #"{"x":3,"y":4.0,"name":"a/b"}"#, #"{"name":"a/b","x":4,"y":3}"#),
            ("mirror", #"{"x":3,"y":4}"#, #"{"x":4,"y":3}"#),
            ("double", "21", "42"),
            ("double", " 21\n", "42"),
            ("double", "-21", "-42"),
            ("double", "0", "0"),
            ("double", "-4611686018427387904", "-9223372036854775808"),
            ("length", "", "-1"),
            ("length", "null", "-1"),
            ("length", #"["a","b"]"#, "2"),
            ("say", #""text""#, ""),
            ("say-if-any", "", ""),
            ("forget", "ignored", ""),
            ("shout", "ada", " ADA"),
            ("count", "bytes", "5"),
            ("count", "", "0"),
            ("echo", "bytes", "bytes"),
            ("echo", "", ""),
        ]
    )
    func carryValues(method: String, input: String, answer: String) throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.call(method, input) == Reply(status: PH_OK, text: answer))
    }

    @Test(
        "refuse an input that they can't read, and say where",
        arguments: [
            ("mirror", "", "needs an input"),
            ("mirror", "{", "'mirror'"),
            ("mirror", #"{"x":"3","y":4}"#, "at 'x'"),
            ("mirror", #"{"x":3}"#, "lacks the key at 'y'"),
            ("length", #"["a",1]"#, "at '[1]'"),
            // Foundation ends the process over this one.
            ("length", String(repeating: "[", count: 513), "ends where an array begins"),
            ("double", "", "needs an input"),
            ("double", "007", "'double'"),
            ("double", "1.5", "'double'"),
            ("double", "9223372036854775808", "'double'"),
            ("double", "-", "'double'"),
            ("double", "1x", "'double'"),
        ]
    )
    func refuseBadInput(method: String, input: String, message: String) throws {
        let plugin = try DrivenPlugin(Everything.self)
        let reply = plugin.call(method, input)
        #expect(reply.status == PH_BAD_PAYLOAD)
        #expect(reply.text.contains(message), "\(reply.text)")
        #expect(reply.text.contains(method), "\(reply.text)")
    }

    @Test("take text only in UTF-8, and bytes as they are")
    func takeText() throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.call("shout", [0xC3, 0x28]).status == PH_BAD_PAYLOAD)
        #expect(plugin.call("count", [0xC3, 0x28, 0]).text == "3")
    }

    @Test(
        "are listed when one is asked for that is not there",
        arguments: ["", "nope", "doublE", "doubl", "doublee", "\0"]
    )
    func areListed(name: String) throws {
        let plugin = try DrivenPlugin(Everything.self)
        let reply = plugin.call(name)
        #expect(reply.status == PH_METHOD_NOT_FOUND)
        #expect(reply.text.hasPrefix("the plugin has no method '\(name)'; there are: be, call, count, double, echo"))
    }

    @Test(
        "fail with the author's code, or with one that says no more (PL-2)",
        arguments: [
            ("throw-code", Reply(status: 1234, text: "my own")),
            ("throw-zero", Reply(status: PH_FAILED, text: "not a success")),
            ("throw-other", Reply(status: PH_FAILED, text: "Unknown()")),
        ]
    )
    func fail(method: String, reply: Reply) throws {
        #expect(try DrivenPlugin(Everything.self).call(method) == reply)
    }

    @Test("know the call's id and deadline (PL-8)")
    func knowTheCall() throws {
        let plugin = try DrivenPlugin(Everything.self)
        #expect(plugin.call("call", id: 7, deadline: 3_000_000_000).text == "7 3")
        #expect(plugin.call("call", id: 7).text == "7 never")
        #expect(plugin.call("call", id: .max, deadline: .max).status == PH_OK)
    }

    @Test("fail if the host does not take the answer")
    func failWithoutSink() throws {
        let plugin = try DrivenPlugin(Everything.self)
        let sink = BytesSink()
        sink.status = PH_BUSY
        let reply = plugin.call("steps", [], into: sink)
        #expect(reply.status == PH_BUSY)
    }

    @Test("are not reached by a call that contradicts itself", arguments: [0, 1, 2])
    func refuseGarbage(kind: Int) throws {
        let plugin = try DrivenPlugin(Everything.self)
        let call = ph_call_v1_t(
            struct_size: kind == 0 ? 8 : UInt32(MemoryLayout<ph_call_v1_t>.size),
            reserved: 0,
            id: 0,
            deadline: 0,
            method: nil,
            method_size: kind == 1 ? 4 : 0,
            input: nil,
            input_size: kind == 2 ? .max : 0
        )
        #expect(plugin.call(call).status == PH_INTERNAL)
    }

    @Test("are added once each")
    func areAddedOnce() async {
        await #expect(processExitsWith: .failure) {
            final class Twice: Plugin {
                static let metadata = PluginMetadata(id: "twice", name: "Twice", version: "1.0.0")
                init(context: PluginContext) {}
                static func register(in methods: inout MethodTable<Twice>) {
                    methods.add("one", Twice.one)
                    methods.addText("one", Twice.other)
                }
                func one() -> Int { 1 }
                func other(_ text: String) -> String { text }
            }
            _ = makeFactory(of: Twice.self)
        }
    }
}
