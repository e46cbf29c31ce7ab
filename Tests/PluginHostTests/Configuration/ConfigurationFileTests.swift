import PluginHost
import Testing

@Suite("The configuration file")
struct ConfigurationFileTests {
    private let defaults = HostConfiguration(pluginDirectories: ["Plugins"], stateDirectory: "/var/lib/host")

    private func applying(_ text: String) throws -> HostConfiguration {
        var configuration = defaults
        try ConfigurationFile.apply(Array(text.utf8), path: "host.json", to: &configuration)
        return configuration
    }

    @Test("changes what it names and nothing else")
    func overlays() throws {
        #expect(try applying("{}") == defaults)
        var expected = defaults
        expected.cooldown = .milliseconds(250)
        expected.drainTimeout = .seconds(2)
        expected.probation = .milliseconds(1500)
        expected.maximumAttempts = 7
        expected.isRecursive = true
        expected.fileExtension = "plugin"
        expected.ignoredNames = []
        expected.pluginDirectories = ["/a", "b"]
        expected.imageDirectory = "/dev/shm/images"
        let text = """
            {"cooldown": "250ms", "drainTimeout": 2, "probation": 1.5, "maximumAttempts": 7, "isRecursive": true,
             "fileExtension": "plugin", "ignoredNames": [], "pluginDirectories": ["/a", "b"],
             "imageDirectory": "/dev/shm/images"}
            """
        #expect(try applying(text) == expected)
    }

    /// HR-1.
    @Test(
        "names the strategy, its window and its bound in any order",
        arguments: [
            (#"{"strategy": "immediate"}"#, ReloadStrategy.immediate), (#"{"strategy": "manual"}"#, .manual),
            (#"{"debounce": "2s"}"#, .debounced(.seconds(2))),
            (#"{"debounce": 0.25, "strategy": "debounced"}"#, .debounced(.milliseconds(250))),
            (#"{"strategy": "on-idle"}"#, .onIdle(window: .seconds(1), bound: .seconds(10))),
            (
                #"{"idleBound": "1m", "debounce": "3s", "strategy": "on-idle"}"#,
                .onIdle(window: .seconds(3), bound: .seconds(60))
            ),
        ]
    )
    func readsStrategy(text: String, strategy: ReloadStrategy) throws {
        #expect(try applying(text).strategy == strategy)
    }

    /// PL-5.
    @Test("holds the settings of each plugin")
    func readsPlugins() throws {
        let text = """
            {"plugins": {"greeter": {"settings": {"greeting": "Hallo", "n": [1, null]}}, "counter": {"enabled": false},
             "word-count": {"autoStart": false}}}
            """
        let settings = JSONValue.object(["greeting": .string("Hallo"), "n": .array([.integer(1), .null])])
        #expect(
            try applying(text).plugins == [
                "greeter": PluginSettings(settings: settings), "counter": PluginSettings(isEnabled: false),
                "word-count": PluginSettings(startsAutomatically: false),
            ]
        )
    }

    /// PM-1.
    @Test("holds the managed programs")
    func readsProcesses() throws {
        let text = """
            {"processes": {"web": {"command": "python3", "arguments": ["-m", "http.server"], "environment": {"A": "b"},
             "directory": "/srv", "name": "Web", "autoStart": false, "autoRestart": true, "stopTimeout": "250ms",
             "restartLimits": {"maximumRestarts": 7, "period": "1m", "initialDelay": 1, "maximumDelay": "5s",
              "stableTime": "10s"}},
             "plain": {"command": "/bin/true", "restartLimits": {"period": null}}}}
            """
        var web = ProgramSettings(
            name: "Web",
            command: "python3",
            arguments: ["-m", "http.server"],
            environment: ["A": "b"],
            directory: "/srv",
            startsAutomatically: false,
            restartsAutomatically: true
        )
        web.stopTimeout = .milliseconds(250)
        web.restartLimits = RestartLimits(
            maximumRestarts: 7,
            period: .seconds(60),
            initialDelay: .seconds(1),
            maximumDelay: .seconds(5),
            stableTime: .seconds(10)
        )
        let configuration = try applying(text)
        #expect(configuration.processes == ["web": web, "plain": ProgramSettings(command: "/bin/true")])
        #expect(configuration.processes["plain"]?.startsAutomatically == true)
        #expect(configuration.processes["plain"]?.restartsAutomatically == false)
        #expect(throws: Never.self) { try configuration.validate() }
    }

    @Test("says whom to trust")
    func readsTrust() throws {
        #expect(try applying("{}").trust == .owner)
        #expect(try applying(#"{"trust": "any"}"#).trust == .any)
        let signed = try applying(
            #"{"signers": {"alice": ["text.*", "greeter"]}, "allowedSigners": "/etc/signers", "trust": "signed"}"#
        )
        #expect(signed.trust == .signed && signed.allowedSigners == "/etc/signers")
        #expect(signed.signers == ["alice": ["text.*", "greeter"]])
        #expect(throws: Never.self) { try signed.validate() }
        let pin = String(repeating: "0a", count: 32)
        #expect(try applying(#"{"trust": "pinned", "pins": ["\#(pin)"]}"#).pins == [pin])
        #expect(throws: PluginError.self) { try applying(#"{"trust": "signed"}"#).validate() }
    }

    @Test(
        "is refused with file, line, key, value and what is allowed",
        arguments: [
            ("{\n\"cooldwon\": 1}", "host.json:2: there is no key 'cooldwon'; did you mean 'cooldown'?"),
            (
                "{\"preserves_state\": 1}",
                "host.json:1: there is no key 'preserves_state'; did you mean 'preservesState'?"
            ),
            ("{\"xyzzy\": 1}", "host.json:1: there is no key 'xyzzy'; the keys are allowedSigners, "),
            ("[]", "host.json:1: the configuration is a list; it must be an object, { … }"),
            ("{\"a\"}", "host.json:1: there is '}' where ':' after 'a' should be"),
            (
                "{\n\n\"maximumAttempts\": 0}",
                "host.json:3: maximumAttempts is 0; it must be a whole number from 1 to 1000"
            ),
            ("{\"maximumAttempts\": 2.5}", "host.json:1: maximumAttempts is 2.5; it must be a whole number"),
            ("{\"maximumAttempts\": 99999999999999999999}", "host.json:1: maximumAttempts is 1e+20; it must be"),
            ("{\"preservesState\": \"yes\"}", "host.json:1: preservesState is 'yes'; it must be true or false"),
            ("{\"preservesState\": null}", "host.json:1: preservesState is null; it must be true or false"),
            ("{\"cooldown\": \"soon\"}", "host.json:1: cooldown is 'soon'; it must be a duration such as 250ms"),
            ("{\"cooldown\": -1}", "host.json:1: cooldown is -1s; it must be a duration"),
            ("{\"cooldown\": 1e300}", "host.json:1: cooldown is 1e+300; it must be a duration"),
            ("{\"cooldown\": 9223372036854775807}", "host.json:1: cooldown is "),
            ("{\"probationHealthInterval\": 0}", "host.json:1: probationHealthInterval is 0s; it must be"),
            (
                "{\"strategy\": \"debounce\"}",
                "it must be one of immediate, debounced, manual, on-idle; 'debounced' is near"
            ),
            ("{\"strategy\": \"manual\", \"debounce\": 1}", "debounce has no meaning under the strategy 'manual'"),
            ("{\"idleBound\": 1}", "idleBound has no meaning under the strategy 'debounced', only under on-idle"),
            (
                "{\"fileExtension\": \".so\"}",
                "host.json:1: fileExtension is '.so'; it must be an extension without a dot"
            ),
            ("{\"pluginDirectories\": []}", "pluginDirectories is []; it must be a list of at least one path"),
            ("{\"pluginDirectories\": [\n1]}", "host.json:2: pluginDirectories is 1; it must be a list"),
            ("{\"stateDirectory\": \"~/state\"}", "stateDirectory is '~/state'; it must be a path, with ~ spelled out"),
            ("{\"stateDirectory\": \"\"}", "stateDirectory is ''; it must be a path"),
            ("{\"stateDirectory\": \"a\\u0000b\"}", "it must be a path"),
            ("{\"trust\": \"all\"}", "host.json:1: trust is 'all'; it must be one of owner, signed, pinned, any"),
            ("{\"allowedSigners\": \"x\"}", "allowedSigners is 'x', although trust is 'owner'; it must be a path"),
            ("{\"trust\": \"signed\", \"allowedSigners\": \"~/x\"}", "allowedSigners is '~/x'; it must be a path"),
            ("{\"signers\": {\"a\": [\"b\"]}}", "signers is not empty, although trust is 'owner'; it must be"),
            ("{\"signers\": {\"a\":\n\"b\"}}", "host.json:2: signers.a is 'b'; it must be a list of plugin ids"),
            ("{\"trust\": \"pinned\", \"pins\": [\"ABC\"]}", "pins is ['ABC']; it must be a list of SHA-256 hashes"),
            (
                "{\"pins\": [\"\(String(repeating: "a", count: 64))\"]}",
                "pins is not empty, although trust is 'owner'; it must be a list of SHA-256"
            ),
            ("{\"plugins\": {\n\"../x\": {}}}", "host.json:2: '../x' can't be a plugin's id"),
            ("{\"plugins\": {\"a\": 1}}", "plugins.a is 1; it must be an object"),
            (
                "{\"plugins\": {\"a\": {\"autostart\": true}}}",
                "there is no key 'autostart' in plugins.a; did you mean 'autoStart'?"
            ),
            ("{\"plugins\": {\"a\": {\"enabled\": 1}}}", "plugins.a.enabled is 1; it must be true or false"),
            ("{\"plugins\": {\"a\": {\"settings\": []}}}", "plugins.a.settings is a list; it must be an object"),
            ("{\"processes\": []}", "host.json:1: processes is a list; it must be an object"),
            ("{\"processes\": {\n\"a\": {}}}", "host.json:2: processes.a has no command; it needs one"),
            ("{\"processes\": {\"a/b\": {\"command\": \"x\"}}}", "processes is an object with the id 'a/b'"),
            ("{\"processes\": {\"a\": {\"command\": \"\"}}}", "processes.a.command is ''; it must be a text"),
            ("{\"processes\": {\"a\": {\"command\": \"a\\u0000\"}}}", "it must be a text that is not empty"),
            (
                "{\"processes\": {\"a\": {\"command\": \"x\", \"arguments\": [\"y\",\n1]}}}",
                "host.json:2: processes.a.arguments is 1; it must be a list of texts"
            ),
            (
                "{\"processes\": {\"a\": {\"command\": \"x\", \"environment\": {\"A\": 1}}}}",
                "processes.a.environment.A is 1; it must be a text"
            ),
            (
                "{\"processes\": {\"a\": {\"command\": \"x\", \"environment\": {\"A=B\": \"c\"}}}}",
                "processes is an object where the environment of 'a' can't be used"
            ),
            (
                "{\"processes\": {\"a\": {\"command\": \"x\", \"directory\": \"~/x\"}}}",
                "processes is an object where the directory of 'a' can't be used"
            ),
            (
                "{\"processes\": {\"a\": {\"autorestart\": true}}}",
                "there is no key 'autorestart' in processes.a; did you mean 'autoRestart'?"
            ),
            (
                "{\"processes\": {\"a\": {\"command\": \"x\", \"stopTimeout\": -1}}}",
                "processes.a.stopTimeout is -1; it must be a duration"
            ),
            (
                "{\"processes\": {\"a\": {\"command\": \"x\", \"restartLimits\": {\"maximumRestarts\": -1}}}}",
                "processes.a.restartLimits.maximumRestarts is -1; it must be a whole number from 0 to 1000000"
            ),
        ]
    )
    func refuses(text: String, message: String) {
        var configuration = defaults
        let error = #expect(throws: PluginError.self) {
            try ConfigurationFile.apply(Array(text.utf8), path: "host.json", to: &configuration)
        }
        #expect(error?.code == .badConfiguration)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(configuration == defaults)
    }

    @Test("never traps on garbage")
    func survivesGarbage() {
        let seed = Array(ConfigurationFile.example.utf8)
        for index in stride(from: 0, to: seed.count, by: 53) {
            for byte in [0, 0x22, 0x2D, 0x39, 0x5B, 0x7B, 0x80, 0xFF] as [UInt8] {
                var damaged = seed
                damaged[index] = byte
                var configuration = defaults
                try? ConfigurationFile.apply(damaged, path: "host.json", to: &configuration)
            }
        }
    }

    /// HR-2: every key is documented with its default, and the defaults are those of the catalogue.
    @Test("has an example with every key at its default")
    func hasExample() throws {
        var configuration = HostConfiguration(pluginDirectories: ["other"], stateDirectory: "other")
        configuration.maximumAttempts = 9
        configuration.strategy = .debounced(.seconds(9))
        try ConfigurationFile.apply(Array(ConfigurationFile.example.utf8), path: "example", to: &configuration)
        let expected = HostConfiguration(pluginDirectories: ["Plugins"], stateDirectory: "other")
        #expect(configuration == expected)
        for key in ConfigurationKey.table {
            #expect(key.documentation.hasSuffix("."))
            #expect(ConfigurationFile.example.contains("\"\(key.name)\": \(key.defaultText),"))
        }
    }

    @Test("knows every property of the configuration")
    func knowsEveryProperty() {
        let properties = Mirror(reflecting: defaults).children.compactMap(\.label)
        let names = Set(ConfigurationKey.table.map(\.name))
        #expect(names == Set(properties + ["debounce", "idleBound"]))
        #expect(names.count == ConfigurationKey.table.count)
    }

    @Test("has the ranges that programs have to keep too")
    func validates() throws {
        #expect(throws: Never.self) { try defaults.validate() }
        let changes: [(inout HostConfiguration) -> Void] = [
            { $0.maximumAttempts = 0 }, { $0.cooldown = .seconds(-1) }, { $0.pluginDirectories = [""] },
            { $0.strategy = .debounced(.seconds(-1)) }, { $0.strategy = .onIdle(window: .zero, bound: .seconds(-1)) },
            { $0.plugins["a/b"] = PluginSettings() }, { $0.plugins["a"] = PluginSettings(settings: .null) },
            { $0.imageDirectory = "" }, { $0.shutdownTimeout = .seconds(Int64.max) }, { $0.ignoredNames = ["a/b"] },
            { $0.processes["a"] = ProgramSettings(command: "") },
            { $0.processes["a"] = ProgramSettings(command: "x", arguments: ["\0"]) },
            { $0.processes["a/b"] = ProgramSettings(command: "x") },
            {
                $0.processes["a"] = ProgramSettings(command: "x")
                $0.processes["a"]?.stopTimeout = .seconds(-1)
            },
            {
                $0.processes["a"] = ProgramSettings(command: "x")
                $0.processes["a"]?.restartLimits.maximumRestarts = -1
            }, { $0.historyLimit = -5 }, { $0.maximumEventsPerSecond = 0 },
        ]
        for change in changes {
            var configuration = defaults
            change(&configuration)
            let error = #expect(throws: PluginError.self) { try configuration.validate() }
            #expect(error?.code == .badConfiguration)
        }
    }

    @Test(
        "knows what was meant",
        arguments: [
            ("Cool-Down", "cooldown"), ("maxAttempts", "maximumAttempts"), ("plugin", "plugins"), ("qqqqqq", nil),
        ]
    )
    func suggests(name: String, meant: String?) {
        #expect(Spelling.nearest(to: name, among: ConfigurationKey.table.map(\.name)) == meant)
        #expect(Spelling.nearest(to: String(repeating: "x", count: 100_000), among: ["x"]) == nil)
        #expect(Spelling.nearest(to: "", among: []) == nil)
    }
}
