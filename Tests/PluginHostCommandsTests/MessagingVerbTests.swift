import PluginHost
import PluginHostCommands
import Testing

@Suite("The commands about events, hooks, actions and messages", .timeLimit(.minutes(10)))
struct MessagingVerbTests {
    private let directory: TemporaryDirectory
    private let host = HostDouble()
    private let captured = CapturedOutput()

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Runs a command line against a host, and gives its exit status.
    private func run(_ body: ([String: String]) async throws -> Int32) async throws -> Int32 {
        let path = "\(directory.path)/s"
        let server = try ControlServer(path: path, host: host)
        server.start()
        let status = try await body(["PLUGIN_HOST_SOCKET": path])
        await server.stop()
        return status
    }

    @Test("publish events, from words and from standard input (RS-10)")
    func emit() async throws {
        let status = try await run { variables in
            _ = await captured.run("emit", "order.created", "-", input: "7", variables: variables)
            return await captured.run("emit", "order.created", "x", variables: variables)
        }
        #expect(status == 0)
        #expect(host.log == ["publish order.created 7", "publish order.created x"])
        #expect(captured.output.contains("event 17 is on its way to 2 handlers"))
    }

    @Test("show handlers with what they lost (RS-10)")
    func handlers() async throws {
        #expect(try await run { await captured.run("handlers", variables: $0) } == 0)
        #expect(captured.output.contains("shop/audit"))
        #expect(captured.output.contains("hangs, order.*, 2 failed, 1 late"))
    }

    @Test("run hooks: the value goes to standard output, the rest to standard error (RS-10)")
    func hook() async throws {
        #expect(try await run { await captured.run("hook", "before", #"{"text":"long"}"#, variables: $0) } == 0)
        #expect(captured.output == "{\n  \"text\" : \"short\"\n}\n")
        #expect(captured.error.contains("changed by shop/shorten"))
        #expect(captured.error.contains("skipped spam/check: it answered what is not JSON"))
    }

    @Test("list actions as text, JSON, and the tools of language models (RS-12)")
    func actions() async throws {
        #expect(try await run { await captured.run("actions", "--format", "tools", variables: $0) } == 0)
        let tools = try JSONCoding.decode(JSONValue.self, from: Array(captured.output.utf8))
        guard case .array(let list) = tools, case .object(let tool)? = list.first else {
            Issue.record("no list of tools: \(captured.output)")
            return
        }
        #expect(tool["type"] == .string("function"))
        #expect(tool["function"].map { "\($0)" }?.contains("roll_dice") == true)
        let others = CapturedOutput()
        #expect(try await run { await others.run("actions", variables: $0) } == 0)
        #expect(others.output.contains("roll_dice  dice    dice    Rolls dice."))
        #expect(try await run { await others.run("actions", "--for", "hello", variables: $0) } == 0)
        #expect(host.log == ["active hello"])
        #expect(try await run { await others.run("actions", "--format", "xml", variables: $0) } == 2)
    }

    @Test("run an action, and end with 1 if it was not done (RS-12)")
    func act() async throws {
        #expect(try await run { await captured.run("act", "roll_dice", #"{"sides":6}"#, variables: $0) } == 0)
        #expect(captured.output == "a 4\n")
        #expect(try await run { await captured.run("act", "roll_dice", variables: $0) } == 1)
        #expect(try await run { await captured.run("act", "fly", "{}", variables: $0) } == 1)
        #expect(captured.error.contains("there is no action fly"))
        #expect(try await run { await captured.run("act", "roll_dice", "{sides", variables: $0) } == 2)
        #expect(try await run { await captured.run("act", "roll_dice", "--timeout", "soon", variables: $0) } == 2)
    }

    @Test("show gateways and send by them (RS-11)")
    func gateways() async throws {
        #expect(try await run { await captured.run("gateways", variables: $0) } == 0)
        #expect(captured.output.contains("lines"))
        #expect(captured.output.contains("socket/*/*"))
        #expect(captured.output.contains("1 double"))
        #expect(try await run { await captured.run("send", "hi", "--gateway", "lines", variables: $0) } == 0)
        #expect(captured.output.contains("sent by lines, as m1"))
        let byRoute = try await run {
            await captured.run("send", "-", "--platform", "chat", "--scope", "x", input: "hi", variables: $0)
        }
        #expect(byRoute == 0)
        #expect(host.log == ["send hi by lines", "send hi by chat/*/x"])
        #expect(try await run { await captured.run("send", "hi", variables: $0) } == 2)
    }
}
