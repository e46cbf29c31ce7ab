import Testing
import TestSupport

@testable import PluginHostCommands

@Suite("Painting a screen")
struct ScreenPainterTests {
    private static let wide: Set<Character> = ["漢", "字", "😀"]

    private func screen(_ lines: [String], columns: Int = 12) -> Screen {
        var screen = Screen(columns: columns, rows: lines.count)
        for (row, line) in lines.enumerated() { screen.put(line, row: row, column: 0) }
        return screen
    }

    @Test("sends nothing when nothing has changed")
    func nothing() {
        let same = screen(["one", "漢字", ""])
        #expect(ScreenPainter.bytes(from: same, to: same, colours: true).isEmpty)
    }

    @Test("sends only the cells that differ, as one frame")
    func difference() {
        let bytes = ScreenPainter.bytes(
            from: screen(["count 1", "same"]),
            to: screen(["count 2", "same"]),
            colours: true
        )
        #expect(String(decoding: bytes, as: UTF8.self) == "\u{1b}[?2026h\u{1b}[1;7H\u{1b}[0m2\u{1b}[0m\u{1b}[?2026l")
    }

    @Test("ends with the screen that was wanted, whatever was there before")
    func random() {
        var generator = Torture.generator()
        let letters = Array("ab .漢字😀") + ["e\u{301}"]
        var emulator = TerminalEmulator(columns: 9, rows: 4, wide: Self.wide)
        var before: Screen?
        for round in 0..<500 {
            var next = Screen(columns: 9, rows: 4)
            if round.isMultiple(of: 3), let before { next = before }
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let text = String(
                    (0..<Int.random(in: 1...8, using: &generator)).map { _ in
                        letters.randomElement(using: &generator) ?? "a"
                    }
                )
                let style: TerminalStyle = Bool.random(using: &generator) ? .plain : .colour(.red, isBold: true)
                next.put(
                    text,
                    row: .random(in: 0..<4, using: &generator),
                    column: .random(in: 0..<9, using: &generator),
                    style: style
                )
            }
            emulator.take(ScreenPainter.bytes(from: before, to: next, colours: true))
            #expect(emulator.lines == next.lines, "seed \(Torture.seed), round \(round)")
            before = next
        }
        #expect(emulator.strange.isEmpty)
        #expect(!emulator.isInFrame)
    }

    @Test("begins anew when the size has changed")
    func resized() {
        var emulator = TerminalEmulator(columns: 5, rows: 2)
        emulator.take(ScreenPainter.bytes(from: nil, to: screen(["aaaaa", "bbbbb"], columns: 5), colours: false))
        emulator.resize(columns: 3, rows: 1)
        let small = screen(["ccc"], columns: 3)
        emulator.take(ScreenPainter.bytes(from: screen(["aaaaa", "bbbbb"], columns: 5), to: small, colours: false))
        #expect(emulator.lines == ["ccc"])
        #expect(emulator.strange.isEmpty)
    }

    @Test("has no colours where none are wanted (NO_COLOR)")
    func noColour() {
        var screen = Screen(columns: 5, rows: 1)
        screen.put("red", row: 0, column: 0, style: .colour(.red, isBold: true))
        var plain = TerminalEmulator(columns: 5, rows: 1)
        plain.take(ScreenPainter.bytes(from: nil, to: screen, colours: false))
        #expect(plain.looks == ["0", "1"])
        var coloured = TerminalEmulator(columns: 5, rows: 1)
        coloured.take(ScreenPainter.bytes(from: nil, to: screen, colours: true))
        #expect(coloured.looks == ["0", "1", "31"])
    }

    @Test("cuts what is too long, and half characters with it")
    func cuts() {
        var screen = Screen(columns: 3, rows: 1)
        #expect(screen.put("a漢字", row: 0, column: 0) == 3)
        #expect(screen.lines == ["a漢"])
        screen.put("漢", row: 0, column: 2)
        #expect(screen.lines == ["a"])
        screen.put("x", row: 7, column: 0)
        screen.put("x", row: 0, column: 9)
        #expect(Screen(columns: 0, rows: -1).lines == [""])
    }
}
