import Foundation
import PluginHost
import TestSupport
import Testing

@testable import PluginHostCommands

@Suite("The command service", .mayBlock, .timeLimit(.minutes(10)))
struct ServiceCommandTests {
    private let captured = CapturedOutput()

    /// A tool of this machine; `nil` if it has none.
    private static func tool(_ name: String) -> String? {
        ["/usr/bin/\(name)", "/usr/local/bin/\(name)"].first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func run(_ words: [String]) throws -> (status: Int32, text: String) {
        let (process, pipe) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words.dropFirst())
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test("prints a unit whose host is told of, watched, and allowed little")
    func systemd() async {
        #expect(await captured.run("service", "systemd", "--config", "/etc/ph.json", "--name", "greeter-host") == 0)
        let lines = captured.output.split(separator: "\n").map(String.init)
        for line in [
            "Type=notify-reload", "NotifyAccess=main", "WatchdogSec=30s", "DynamicUser=yes",
            "StateDirectory=greeter-host",
            "RuntimeDirectory=greeter-host", "NoNewPrivileges=yes", "ProtectSystem=strict", "KillMode=mixed",
            "ExecStart=/usr/bin/plugin-host run --no-supervise --plugins /usr/lib/greeter-host/plugins --config /etc/ph.json",
        ] { #expect(lines.contains(line), "\(line) is missing") }
        #expect(lines.allSatisfy { $0.utf8.count <= 130 })
    }

    @Test("quotes what means something to systemd")
    func quotes() async {
        #expect(SystemdUnit.quoted("/a/b-c") == "/a/b-c")
        #expect(SystemdUnit.quoted("/a b") == "\"/a b\"")
        #expect(SystemdUnit.quoted("/a%n$b") == "/a%%n$$b")
        #expect(SystemdUnit.quoted("/a\"\\") == #""/a\"\\""#)
        // Only command lines have variables.
        #expect(SystemdUnit.quotedPath("/a %n$b") == "\"/a %%n$b\"")
    }

    @Test("prints a unit that systemd understands", .enabled(if: ServiceCommandTests.tool("systemd-analyze") != nil))
    func verifies() async throws {
        let directory = try TemporaryDirectory()
        let analyze = try #require(Self.tool("systemd-analyze"))
        let version = try Self.run([analyze, "--version"]).text.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0
        let words = [
            "service", "systemd", "--executable", "/usr/bin/env", "--type", version >= 253 ? "notify-reload" : "notify",
            "--metrics-file", "/var/lib/my metrics/host.prom", "--run-as", "root", "--plugins", "/srv/100% plugins",
        ]
        #expect(await captured.run(words: words) == 0)
        let path = "\(directory.path)/plugin-host.service"
        try Data(captured.output.utf8).write(to: URL(fileURLWithPath: path))
        let verdict = try Self.run([analyze, "verify", "--man=no", path])
        #expect(verdict.status == 0)
        // What is wrong in other units of the machine is not this one's.
        #expect(!verdict.text.contains("plugin-host.service"), "\(verdict.text)")
        let security = try Self.run([analyze, "security", "--offline=yes", "--threshold=30", path])
        #expect(security.status == 0, "\(security.text)")
    }

    @Test(
        "prints manifests of one pod, with its state on a volume and probes that ask the host",
        arguments: [["--plugins-image", "plugins:1"], ["--plugins-configmap", "my-plugins"]]
    )
    func kubernetes(plugins: [String]) async throws {
        let words = ["service", "kubernetes", "--image", "host:1 \"x\"", "--namespace", "prod"] + plugins
        #expect(await captured.run(words: words) == 0)
        let text = captured.output
        #expect(text.components(separatedBy: "\n---\n").count == 3)
        for line in [
            "kind: Deployment", "  replicas: 1", "    type: Recreate", "  accessModes: [ReadWriteOncePod]",
            #"          image: "host:1 \"x\"""#, #"  namespace: "prod""#,
        ] { #expect(text.contains("\n\(line)\n"), "\(line) is missing") }
        for probe in ["startup", "ready", "live"] { #expect(text.contains(#""health", "--probe", "\#(probe)""#)) }
        #expect(!text.contains("\t"))
        #expect(text.contains(plugins[0] == "--plugins-image" ? #"reference: "plugins:1""# : #"name: "my-plugins""#))
        let start = try #require(text.range(of: "host.jsonc: |\n")).upperBound
        let configuration = text[start...].prefix { _ in true }.components(separatedBy: "\n---\n")[0]
        var read = HostConfiguration(pluginDirectories: [], stateDirectory: "")
        try ConfigurationFile.apply(Array(configuration.utf8), path: "host.jsonc", to: &read)
        #expect(read.pluginDirectories == ["/plugins"] && read.stateDirectory == "/state/plugin-host")
        #expect(read.trust == (plugins[0] == "--plugins-image" ? .owner : .any))
    }

    @Test(
        "prints manifests that are YAML, with names that are texts",
        .enabled(if: ServiceCommandTests.hasYAML),
        arguments: ["h", "123", "true"]
    )
    func yaml(name: String) async throws {
        let directory = try TemporaryDirectory()
        let words = ["service", "kubernetes", "--image", "a: b", "--plugins-image", "p", "--name", name]
        #expect(await captured.run(words: words) == 0)
        let path = "\(directory.path)/manifests.yaml"
        try Data(captured.output.utf8).write(to: URL(fileURLWithPath: path))
        let script = """
            import sys, yaml
            c, v, d = yaml.safe_load_all(open(sys.argv[1]))
            pod = d['spec']['template']['spec']
            host = pod['containers'][0]
            mounts = {m['name']: m['mountPath'] for m in host['volumeMounts']}
            volumes = {x['name']: x for x in pod['volumes']}
            assert host['image'] == 'a: b' and set(mounts) == set(volumes), (mounts, volumes)
            assert volumes['plugins']['image']['reference'] == 'p'
            assert volumes['state']['persistentVolumeClaim']['claimName'] == v['metadata']['name']
            assert volumes['configuration']['configMap']['name'] == c['metadata']['name']
            assert v['metadata']['name'] == d['metadata']['name'] == sys.argv[2], d['metadata']
            assert d['spec']['selector']['matchLabels'] == {'app.kubernetes.io/name': sys.argv[2]}, d['spec']
            assert d['spec']['selector']['matchLabels'] == d['spec']['template']['metadata']['labels']
            for probe in 'startupProbe', 'readinessProbe', 'livenessProbe':
                assert host[probe]['exec']['command'][:3] == ['plugin-host', 'health', '--probe']
            print(c['kind'], v['kind'], d['kind'])
            """
        let result = try Self.run([try #require(Self.python), "-c", script, path, name])
        #expect(result.text == "ConfigMap PersistentVolumeClaim Deployment\n")
    }

    private static let python = tool("python3")
    private static let hasYAML = python.map { (try? run([$0, "-c", "import yaml"]).status) == 0 } ?? false

    @Test(
        "ends with 2 where the options make no sense",
        arguments: [
            ["upstart"], ["systemd", "--image", "x"], ["kubernetes"], ["kubernetes", "--image", "x"],
            ["kubernetes", "--image", "x", "--plugins-image", "a", "--plugins-configmap", "b"],
            ["kubernetes", "--image", "x", "--plugins-image", "a", "--type", "notify"], ["systemd", "--name", "A b"],
            ["systemd", "--plugins", "here"], ["systemd", "--type", "simple"], ["systemd", "--run-as", "a b"],
        ]
    )
    func wrong(words: [String]) async {
        #expect(await captured.run(words: ["service"] + words) == 2)
        #expect(captured.output == "" && captured.error.hasPrefix("plugin-host: "))
    }
}
