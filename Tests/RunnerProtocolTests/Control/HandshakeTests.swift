import Testing

@testable import RunnerProtocol

@Suite("The handshake of host and runner, RS-2")
struct HandshakeTests {
    private static let mine = Handshake(token: "c0ffee", descriptor: 3, plugins: ["a", "b.c"])

    private static func hello(
        version: UInt32 = Handshake.protocolVersion,
        token: String = "c0ffee",
        abiMajor: UInt32 = 1
    ) -> RunnerMessage {
        .hello(protocolVersion: version, token: token, abiMajor: abiMajor, abiMinor: 9)
    }

    @Test("goes by the environment")
    func environment() throws {
        #expect(try Handshake(variables: Self.mine.variables) == Self.mine)
        let none = Handshake(token: "t", descriptor: 9)
        #expect(try Handshake(variables: none.variables) == none)
    }

    @Test("accepts the runner that was started, whatever its minor version")
    func accepts() {
        #expect(Self.mine.refusal(of: Self.hello(), abiMajor: 1) == nil)
    }

    @Test("refuses another version, and says what to do")
    func version() throws {
        let refusal = try #require(Self.mine.refusal(of: Self.hello(version: 1), abiMajor: 1))
        #expect(refusal.contains("version 1") && refusal.contains("this host 6") && refusal.contains("install"))
        var variables = Self.mine.variables
        variables["PLUGIN_HOST_RUNNER_PROTOCOL"] = "1"
        let error = #expect(throws: FrameError.self) { try Handshake(variables: variables) }
        #expect(error?.description.contains("install plugin-host and plugin-runner of the same version") == true)
    }

    @Test(
        "refuses another token, and does not say it",
        arguments: ["", "c0ffe", "c0ffef", "c0ffee0", "C0FFEE", "d0ffee"]
    )
    func token(token: String) throws {
        let refusal = try #require(Self.mine.refusal(of: Self.hello(token: token), abiMajor: 1))
        #expect(refusal == "it does not know the token of this session")
    }

    @Test("refuses a version of the plugin ABI that this host does not load")
    func abi() throws {
        let refusal = try #require(Self.mine.refusal(of: Self.hello(abiMajor: 2), abiMajor: 1))
        #expect(refusal == "it loads plugins of version 2 of the plugin ABI, and this host those of 1")
    }

    @Test("refuses any other message before it", arguments: MessageTests.ofRunners.dropFirst())
    func order(message: RunnerMessage) {
        #expect(Self.mine.refusal(of: message, abiMajor: 1) == "its first message was no hello")
    }

    @Test(
        "names the variable that is missing or can't be",
        arguments: [
            ("PLUGIN_HOST_RUNNER_PROTOCOL", nil), ("PLUGIN_HOST_RUNNER_TOKEN", nil), ("PLUGIN_HOST_RUNNER_TOKEN", ""),
            ("PLUGIN_HOST_RUNNER_ADDRESS", nil), ("PLUGIN_HOST_RUNNER_ADDRESS", "fd:2"),
            ("PLUGIN_HOST_RUNNER_ADDRESS", "fd:-1"), ("PLUGIN_HOST_RUNNER_ADDRESS", "fd:99999999999"),
            ("PLUGIN_HOST_RUNNER_ADDRESS", "3"),
        ] as [(String, String?)]
    )
    func variables(name: String, value: String?) {
        var variables = Self.mine.variables
        variables[name] = value
        let error = #expect(throws: FrameError.self) { try Handshake(variables: variables) }
        #expect(error?.description.contains(name) == true)
    }
}
