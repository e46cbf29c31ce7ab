import LinuxSystem
import PluginHost
@testable import PluginHostCommands
import Testing

@Suite("What dev is to do", .enabled(if: Toolchain.swift(environment: ProcessFacts.environment) != nil, "needs swift"))
struct DevelopPlanTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func plan(_ words: String...) throws -> DevelopPlan {
        guard case .command(let arguments) = try ArgumentParser.parse(["dev"] + words) else {
            throw UsageError("no command is understood")
        }
        let program = ProgramEnvironment(
            variables: ["PATH": ProcessFacts.environment["PATH"] ?? "", "HOME": directory.path],
            streams: CapturedOutput().streams(),
            currentDirectory: directory.path,
            makeHost: { _, _ in HostDouble() },
            untilTerminated: {}
        )
        return try DevelopPlan(CommandContext(arguments: arguments, program: program))
    }

    @Test("grants plugins what they ask for, unless a configuration says what they get (RS-13)")
    func grants() throws {
        let free = PermissionPolicy([.init(plugins: "*", grant: ["*"])])
        #expect(try plan(".").options.configuration.permissions == free)
        #expect(throws: Never.self) { try plan(".").options.configuration.validate() }
        let rules = #"{"permissions": [{"plugins": "a", "grant": ["gateways"]}]}"#
        try directory.write(rules, to: "host.json")
        let configured = try plan(".", "--config", "\(directory.path)/host.json").options.configuration
        #expect(configured.permissions == PermissionPolicy([.init(plugins: "a", grant: ["gateways"])]))
        #expect(configured.pluginDirectories.allSatisfy { $0.hasSuffix("/dev-plugins") })
    }

    @Test(
        "leaves plugins in the host that have crashed it, unless a configuration says from when on they are moved out"
    )
    func crashes() throws {
        #expect(try plan(".").options.configuration.crashesBeforeIsolation == 0)
        try directory.write(#"{"crashesBeforeIsolation": 2}"#, to: "host.json")
        let configured = try plan(".", "--config", "\(directory.path)/host.json").options.configuration
        #expect(configured.crashesBeforeIsolation == 2)
    }

    @Test("logs what plugins say, as run does, unless it is told otherwise")
    func logs() throws {
        #expect(try plan(".").options.configuration.logLevel == .info)
        #expect(try plan(".", "--log-level", "error").options.configuration.logLevel == .error)
        try directory.write(#"{"logLevel": "debug"}"#, to: "host.json")
        #expect(try plan(".", "--config", "\(directory.path)/host.json").options.configuration.logLevel == .debug)
    }

    @Test("builds the packages that are named, seen from where the developer is")
    func directories() throws {
        #expect(try plan(".", "a/", "/b/./.").directories == [directory.path, "\(directory.path)/a", "/b"])
        #expect(try plan("a").options.configuration.stateDirectory.contains("/dev-"))
        #expect(try plan("a", "--state-dir", "/s").options.configuration.stateDirectory == "/s")
        #expect(throws: CommandFailure.self) { try plan("a", "--configuration", "fast") }
    }
}
