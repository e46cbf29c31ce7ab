import PluginConformance
import PluginHostCommands
import Testing

@Suite("The command check")
struct CheckCommandTests {
    private let captured = CapturedOutput()

    @Test(
        "refuses what makes no sense, with status 2",
        arguments: [
            ["check"], ["check", "a.so", "--only", "laek"], ["check", "a.so", "--seed", "x"],
            ["check", "a.so", "--seed", "-1"],
            ["check", "a.so", "--timeout", "soon"], ["check", "a.so", "--timeout", "0s"],
            ["check", "a.so", "--settings", "{"],
            ["check", "a.so", "--call", "=1"], ["check", "a.so", "--reproduce"],
            ["check", "a.so", "b.so", "--reproduce", "--only", "leak"],
        ]
    )
    func usage(words: [String]) async {
        #expect(await captured.run(words: words) == 2)
        #expect(captured.output.isEmpty)
        #expect(captured.error.hasPrefix("plugin-host: "))
    }

    @Test("suggests the nearest check")
    func suggestion() async {
        #expect(await captured.run("check", "a.so", "--only", "laek") == 2)
        #expect(captured.error.contains("did you mean leak?"))
    }

    @Test("lists the checks without a file, as text and as JSON, within 80 columns")
    func list() async {
        #expect(await captured.run("check", "--list") == 0)
        let text = captured.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(ConformanceCheck.all.allSatisfy { text.contains("\($0.name): \($0.summary) \($0.promise)") })
        #expect(captured.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let json = CapturedOutput()
        #expect(await json.run("check", "--list", "--json", "--only", "leak") == 0)
        #expect(json.output.contains("\"name\" : \"leak\""))
        #expect(!json.output.contains("\"name\" : \"order\""))
    }

    @Test("needs a program to give each check a process of its own")
    func noExecutable() async {
        #expect(await captured.run("check", "a.so") == 1)
        #expect(captured.error.contains("--reproduce"))
    }

    @Test("says in the foreground what is wrong with a file that is none")
    func foreground() async {
        #expect(await captured.run("check", "/nowhere.so", "--only", "manifest", "--reproduce") == 1)
        #expect(captured.output.contains("✗ manifest"))
        #expect(captured.output.contains("there is no such file"))
        #expect(captured.output.contains("plugin-host check /nowhere.so --only manifest --seed "))
    }
}
