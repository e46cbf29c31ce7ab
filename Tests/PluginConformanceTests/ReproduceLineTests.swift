import PluginConformance
import PluginHostCommands
import Testing

@Suite("The line that repeats a check")
struct ReproduceLineTests {
    private func text(_ path: String, _ options: CheckOptions) -> String {
        ReproduceLine.text(path: path, check: "leak", options: options)
    }

    @Test("has what a shell needs to repeat it")
    func shell() {
        #expect(text("liba.so", CheckOptions(seed: 7)) == "plugin-host check liba.so --only leak --seed 7 --reproduce")
        let options = CheckOptions(
            seed: 7,
            settings: #"{"a":"it's"}"#,
            calls: [.init(method: "note", input: "two words"), .init(method: "value", input: "")]
        )
        #expect(
            text("my plugin.so", options)
                == "plugin-host check 'my plugin.so' --only leak --seed 7 --reproduce --settings '{\"a\":\"it'\\''s\"}' "
                + "--call 'note=two words' --call value"
        )
    }

    @Test("is understood by the command line, also of a file with a name like an option's")
    func words() throws {
        for path in ["liba.so", "-liba.so"] {
            let words = ReproduceLine.words(path: path, check: "leak", options: CheckOptions(seed: 7))
            guard case .command(let arguments) = try ArgumentParser.parse(words) else {
                Issue.record("it is no command")
                return
            }
            #expect(arguments.operands == [path])
            #expect(arguments.value("--only") == "leak")
            #expect(arguments.value("--seed") == "7")
            #expect(arguments.has("--reproduce"))
        }
    }
}
