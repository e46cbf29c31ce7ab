import Testing

@testable import PluginHost

@Suite("The configuration of permissions and sandboxes (RS-13)")
struct PermissionConfigurationTests {
    private func applying(_ text: String) throws -> HostConfiguration {
        var configuration = HostConfiguration(pluginDirectories: ["p"], stateDirectory: "s")
        try ConfigurationFile.apply(Array(text.utf8), path: "host.json", to: &configuration)
        return configuration
    }

    @Test("is read")
    func reads() throws {
        let configuration = try applying(
            """
            {"permissions": [{"plugins": "weather.*", "grant": ["call:*", "camera"], "deny": ["fs.*"]}, {"plugins": "*"}],
             "sandbox": "required", "controlGroup": "required", "runnerLimits": {"memory": "256M", "processes": 40, "openFiles": null}}
            """
        )
        #expect(
            configuration.permissions
                == PermissionPolicy([
                    .init(plugins: "weather.*", grant: ["call:*", "camera"], deny: ["fs.*"]), .init(plugins: "*"),
                ])
        )
        #expect(configuration.sandbox == .required)
        #expect(configuration.controlGroup == .required)
        #expect(configuration.runnerLimits == RunnerLimits(memory: 256 << 20, openFiles: nil, processes: 40))
        try configuration.validate()
    }

    @Test(
        "is refused with line and reason",
        arguments: [
            (#"{"permissions": {}}"#, "host.json:1: permissions is an object; it must be a list"),
            (#"{"permissions": ["log"]}"#, "permissions[0] is 'log'; it must be an object"),
            (#"{"permissions": [{"grant": ["log"]}]}"#, #"permissions[0] has no plugins; "*" stands for all of them"#),
            (#"{"permissions": [{"plugin": "a"}]}"#, "did you mean 'plugins'?"),
            (
                "{\"permissions\": [{\"plugins\": \"a\"},\n {\"plugins\": \"b\", \"grant\": [\"fs.raed:/srv\"]}]}",
                "host.json:2: permissions is a list whose rule 2 has the permission 'fs.raed:/srv', which is none of the "
                    + "host's; did you mean 'fs.read'?"
            ),
            (#"{"permissions": [{"plugins": "a", "deny": ["fs.read:srv"]}]}"#, "names no absolute path"),
            (#"{"permissions": [{"plugins": "no id", "grant": []}]}"#, "is for 'no id', which is no plugin's id"),
            (#"{"controlGroup": 1}"#, "controlGroup is 1; it must be one of off, best-effort, required"),
            (#"{"sandbox": "yes"}"#, "sandbox is 'yes'; it must be one of best-effort, required"),
            (
                #"{"runnerLimits": {"memory": "lots"}}"#,
                "runnerLimits.memory is 'lots'; it must be a whole number, a size"
            ),
            (#"{"runnerLimits": {"memory": "9999999999999G"}}"#, "runnerLimits.memory"),
            (#"{"runnerLimits": {"memory": 100}}"#, "runnerLimits is an object where memory is 100"),
            (#"{"runnerLimits": {"memroy": 100}}"#, "did you mean 'memory'?"),
        ]
    )
    func refuses(text: String, reason: String) {
        let error = #expect(throws: PluginError.self) { try applying(text) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
    }

    @Test("is checked where a program has set it")
    func validates() {
        var configuration = HostConfiguration(pluginDirectories: ["p"], stateDirectory: "s")
        configuration.permissions.rules = [.init(plugins: "a", grant: ["fs.read:x"])]
        #expect(throws: PluginError.self) { try configuration.validate() }
        configuration.permissions.rules = []
        configuration.runnerLimits.openFiles = 3
        #expect(throws: PluginError.self) { try configuration.validate() }
    }
}
