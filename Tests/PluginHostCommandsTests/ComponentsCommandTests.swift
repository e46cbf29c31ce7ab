import PluginHost
import PluginHostCommands
import Testing

@Suite("plugin-host components (RS-9)", .timeLimit(.minutes(10)))
struct ComponentsCommandTests {
    @Test("lists what plugins contribute, one plugin's or all, as text and as JSON")
    func lists() async throws {
        let directory = try TemporaryDirectory()
        let server = try ControlServer(path: "\(directory.path)/s", host: HostDouble())
        server.start()
        let variables = ["PLUGIN_HOST_SOCKET": "\(directory.path)/s"]
        let all = CapturedOutput()
        #expect(await all.run("components", variables: variables) == 0)
        #expect(all.output.contains("shop    action  orders  Lists the orders."))
        #expect(all.output.hasSuffix("1 component of 1 plugin\n"))
        #expect(all.output.split(separator: "\n").allSatisfy { $0.count <= 80 })

        let other = CapturedOutput()
        #expect(await other.run("components", "other", variables: variables) == 0)
        #expect(other.output == "no components: no plugin declares any\n")

        let json = CapturedOutput()
        #expect(await json.run("components", "shop", "--json", variables: variables) == 0)
        let plugins: [PluginComponents] = try JSONCoding.decode(from: Array(json.output.utf8))
        #expect(plugins.first?.plugin == "shop" && plugins.first?.generation == 3)
        await server.stop()
    }
}
