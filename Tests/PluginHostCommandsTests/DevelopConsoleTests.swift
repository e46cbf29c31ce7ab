import PluginHost
import Synchronization
import Testing

@testable import PluginHostCommands

@Suite("The keys of dev")
struct DevelopConsoleTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private let lines = Lines()
    private let host = HostDouble()

    private func console() -> DevelopConsole {
        DevelopConsole(host: host) { [lines] line in lines.all.withLock { $0.append(line) } }
    }

    @Test("are read in either case, and what means nothing is nothing")
    func reading() {
        #expect(DevelopKey(byte: UInt8(ascii: "r")) == .reload)
        #expect(DevelopKey(byte: UInt8(ascii: "R")) == .reload)
        #expect(DevelopKey(byte: UInt8(ascii: "?")) == .help)
        for byte: UInt8 in [10, 13, 27, 0, 255, UInt8(ascii: "x"), UInt8(ascii: "1")] {
            #expect(DevelopKey(byte: byte) == nil, "\(byte)")
        }
        let help = DevelopKey.help(about: "counter")
        for key in ["counter", "r reload", "b roll back", "s forget the state", "c make the last call again", "q quit"]
        {
            #expect(help.contains(key))
        }
    }

    @Test("are about the plugin that was touched last, or the first one if that is gone")
    func plugins() async {
        let console = console()
        for id in ["counter", "gone"] {
            console.touch(id)
            await console.press(.resetState)
            await console.press(.next)
            await console.press(.reload)
            await console.press(.rollBack)
        }
        #expect(host.log == ["reset counter", "reload counter", "reset counter", "reload counter"])
        #expect(lines.all.withLock { $0.count { $0.hasPrefix("counter: generation") } } == 6)
    }

    @Test("make the last call again, and say so where there was none")
    func calls() async {
        let console = console()
        await console.press(.call)
        console.note(DevelopConsole.Call(plugin: "counter", method: "increment", input: Array("5".utf8)))
        await console.press(.call)
        let said = lines.all.withLock { $0 }
        #expect(said.first?.hasPrefix("no call was made yet") == true)
        #expect(said.last?.hasPrefix("counter increment: ") == true)
    }
}
