import Testing
import TestSupport

@testable import PluginHostCommands

@Suite("The terminal that tests look at")
struct TerminalEmulatorTests {
    private func frame(_ text: String, columns: Int, from old: Screen? = nil) -> (screen: Screen, bytes: [UInt8]) {
        var screen = Screen(columns: columns, rows: columns)
        for row in 0..<columns { screen.put(text, row: row, column: 0) }
        return (screen, ScreenPainter.bytes(from: old, to: screen, colours: false))
    }

    @Test("takes what was painted for the window before it had shrunk, until the first frame for the new size")
    func shrinks() {
        var terminal = TerminalEmulator(columns: 8, rows: 8)
        let wide = frame("abcdefgh", columns: 8)
        let half = wide.bytes.count / 2
        terminal.take(wide.bytes[..<half])
        terminal.resize(columns: 4, rows: 4)
        terminal.take(wide.bytes[half...])
        terminal.take(frame("abcdefgx", columns: 8, from: wide.screen).bytes)
        terminal.take(wide.bytes)
        #expect(terminal.strange.isEmpty)
        let narrow = frame("1234", columns: 4)
        terminal.take(narrow.bytes)
        #expect(terminal.strange.isEmpty && terminal.lines == narrow.screen.lines)
        terminal.take(wide.bytes)
        #expect(!terminal.strange.isEmpty)
    }

    @Test("does not take what fits neither size")
    func neither() {
        var terminal = TerminalEmulator(columns: 6, rows: 6)
        terminal.resize(columns: 4, rows: 4)
        terminal.take(frame("abcdefgh", columns: 8).bytes)
        #expect(!terminal.strange.isEmpty)
    }
}
