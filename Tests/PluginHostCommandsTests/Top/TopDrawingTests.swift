import FoundationEssentials
import LinuxSystem
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("What the live view draws")
struct TopDrawingTests {
    private func model(_ columns: Int, _ rows: Int, _ change: (inout [PluginStatus]) -> Void = { _ in }) -> TopModel {
        var model = TopModel(interval: .seconds(2), size: (columns, rows))
        var status = HostDouble.status
        var broken = status.plugins[0]
        (broken.id, broken.state, broken.generation) = ("broken", "error", 0)
        broken.lastError = "\(broken.path): it is no ELF file\u{1b}[31m"
        status.plugins.append(broken)
        change(&status.plugins)
        model.take(.status(status, MonotonicInstant(nanoseconds: 1)))
        var event = PluginEvent(.reloadCompleted, plugin: "counter", generation: 3)
        event.time = Date(timeIntervalSince1970: 1_795_000_000)
        model.take(.events([event, PluginEvent(.stateChanged, plugin: "counter")]))
        return model
    }

    @Test("is a list with what matters, in 80 columns and 24 rows")
    func list() {
        let lines = TopDrawing.screen(of: model(80, 24)).lines
        #expect(lines.count == 24)
        #expect(lines[0] == "1 plugin, 1 serving, 0 failed  – calls/s  up 2 min 5 s  process 42  every 2s")
        #expect(lines[2] == "ID▼     STATE   WHERE      GEN CALLS/S P50 P99 ERRORS MEMORY RST LAST EVENT")
        #expect(lines[3] == "broken  error   in-process   –       –   –   –      0      –   0")
        #expect(lines[4].hasPrefix("counter running in-process   3       –   –   –      0      –   0 11:06:40"))
        #expect(lines[22] == "broken  it is no ELF file\\u{1b}[31m")
        #expect(lines[23].hasPrefix(" q end  ? keys"))
    }

    @Test(
        "fits whatever there is of a terminal",
        arguments: [1, 2, 3, 5, 8, 20, 40, 79, 200],
        [1, 2, 3, 4, 5, 7, 8, 50]
    )
    func sizes(columns: Int, rows: Int) {
        var model = model(columns, rows) { $0[0].id = "漢字漢字漢字漢字漢字漢字漢字漢字" }
        for view in [TopModel.View.list, .details("broken"), .log("broken"), .keys, .details("gone")] {
            model.view = view
            let screen = TopDrawing.screen(of: model)
            #expect(screen.lines.count == rows)
            #expect(screen.lines.allSatisfy { TextWidth.of($0) <= columns })
        }
    }

    @Test("shows by which column it is sorted, however narrow that is")
    func sorting() {
        let layout = TopLayout(width: 80, rows: [])
        #expect(layout.titles(sortedBy: .id, isReversed: false).hasPrefix("I▼ STATE"))
        #expect(layout.titles(sortedBy: .generation, isReversed: true).contains(" GE▲ "))
        #expect(layout.titles(sortedBy: .memory, isReversed: false).contains(" MEMOR▼ "))
    }

    @Test("leaves columns out where there is no room, and never the id")
    func narrow() {
        let lines = TopDrawing.screen(of: model(40, 10)).lines
        #expect(lines[2] == "ID▼     STATE   GEN CALLS/S P99 ERRORS")
        let tiny = TopDrawing.screen(of: model(5, 3)).lines
        #expect(tiny.contains("brok…"))
    }

    @Test("keeps the cursor on the screen")
    func scrolls() {
        var model = model(80, 10) { plugins in
            for number in 0..<50 {
                plugins.append(plugins[0])
                plugins[plugins.count - 1].id = "p\(number < 10 ? "0" : "")\(number)"
            }
        }
        _ = model.press(.end)
        let lines = TopDrawing.screen(of: model).lines
        #expect(lines.contains { $0.hasPrefix("p49") } && !lines.contains { $0.hasPrefix("broken ") })
    }

    @Test("says that the host is gone, in place of everything else")
    func lost() {
        var model = model(80, 24)
        model.take(.lost("connection\nrefused", Date(timeIntervalSince1970: 1_795_000_000)))
        let screen = TopDrawing.screen(of: model)
        #expect(screen.lines[1] == " the host is gone since 11:06:40: connection refused; waiting for it")
        #expect(screen[4, 0].style.isDim)
    }

    @Test("shows details and a log, from where they are scrolled to")
    func texts() {
        var model = model(80, 12)
        model.view = .details("counter")
        let first = TopDrawing.screen(of: model).lines
        #expect(first[2] == "– calls/s, median –, 99th percentile –, memory –")
        #expect(first[3] == "last event 11:06:40 reload-completed: generation 3")
        #expect(first.contains { $0.hasPrefix("name") && $0.hasSuffix("Counter") })
        _ = model.press(.down)
        #expect(TopDrawing.screen(of: model).lines[2] == first[3])
        _ = model.press(.character("l"))
        #expect(TopDrawing.screen(of: model).lines[2] == "nothing is logged yet")
        model.take(.records((0..<20).map { LogRecord(.info, "counter", "line \($0)\u{1b}[2J") }, of: "counter"))
        let log = TopDrawing.screen(of: model).lines
        #expect(log[9].hasSuffix("counter: line 19\\u{1b}[2J"))
        #expect(log[11].hasPrefix(" log of counter  Esc back  ↑↓ scroll, following"))
    }

    @Test(
        "writes figures in few columns",
        arguments: [
            (nil, "–"), (0, "0"), (0.04, "0"), (0.5, "0.5"), (99.94, "99.9"), (100, "100"), (999_999, "999999"),
            (1_250_000, "1.3M"),
        ] as [(Double?, String)]
    )
    func rates(value: Double?, text: String) {
        #expect(TopFigure.rate(value) == text)
    }

    @Test(
        "writes bytes in few columns",
        arguments: [(nil, "–"), (0, "0K"), (900_000, "878K"), (5_242_880, "5.0M"), (3_221_225_472, "3.0G")]
            as [(Int?, String)]
    )
    func bytes(value: Int?, text: String) {
        #expect(TopFigure.bytes(value) == text)
    }
}
