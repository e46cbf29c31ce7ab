import FoundationEssentials
import LinuxSystem
import PluginHost
import Testing

@testable import PluginHostCommands

@Suite("The model of the live view")
struct TopModelTests {
    private var model = TopModel(interval: .seconds(2), size: (80, 24))
    private let start = MonotonicInstant(nanoseconds: 1_000_000_000)

    private func status(_ calls: [String: UInt64], pid: Int32 = 42, uptime: Double = 10) -> HostStatus {
        var status = HostDouble.status
        (status.host.pid, status.host.uptimeSeconds) = (pid, uptime)
        status.plugins = calls.sorted { $0.key < $1.key }.map { id, calls in
            var plugin = HostDouble.status.plugins[0]
            (plugin.id, plugin.calls) = (id, calls)
            return plugin
        }
        return status
    }

    private func after(_ seconds: Double) -> MonotonicInstant { start.advanced(by: .seconds(seconds)) }

    @Test("counts calls a second between two answers of the host")
    mutating func rates() {
        model.take(.status(status(["a": 100, "b": 5]), start))
        #expect(model.rows.map(\.rate) == [nil, nil])
        model.take(.status(status(["a": 300, "b": 5, "c": 9], uptime: 12), after(2)))
        #expect(model.rows.map(\.rate) == [100, 0, nil])
        // An event has asked for the figures: too soon for another rate.
        model.take(.status(status(["a": 9000, "b": 5, "c": 9], uptime: 12.1), after(2.1)))
        #expect(model.rows.map(\.rate) == [100, 0, nil])
        model.take(.status(status(["a": 9300, "b": 1, "c": 9], uptime: 15), after(5)))
        #expect(model.rows.map(\.rate) == [3000, nil, 0])
    }

    @Test("begins anew with another run of the host, and says so")
    mutating func restart() {
        model.take(.status(status(["a": 100]), start))
        model.take(.status(status(["a": 300], uptime: 12), after(2)))
        model.take(.lost("connection refused", Date(timeIntervalSince1970: 0)))
        model.take(.lost("another reason", Date()))
        #expect(model.loss?.reason == "connection refused")
        #expect(model.rows.count == 1)
        model.take(.status(status(["a": 1], pid: 43, uptime: 1), after(8)))
        #expect(model.loss == nil)
        #expect(model.message == "the host is there again: process 43, another run")
        #expect(model.rows.map(\.rate) == [nil])
        model.take(.lost("x", Date()))
        model.take(.status(status(["a": 1], pid: 43, uptime: 2), after(9)))
        #expect(model.message == "the host is there again: process 43, the same run")
    }

    @Test("sorts by each column, and keeps the cursor on its plugin")
    mutating func sorting() {
        model.take(.status(status(["a": 0, "b": 0, "c": 0]), start))
        model.take(.status(status(["a": 10, "b": 30, "c": 20], uptime: 12), after(2)))
        #expect(model.selected == "a")
        #expect(model.press(.down).isEmpty && model.selected == "b")
        for _ in 0..<4 { _ = model.press(.character("s")) }
        #expect(model.sort == .calls)
        #expect(model.rows.map(\.id) == ["b", "c", "a"])
        _ = model.press(.character("R"))
        #expect(model.rows.map(\.id) == ["a", "c", "b"])
        #expect(model.selected == "b")
        _ = model.press(.backTab)
        #expect(model.sort == .generation && model.rows.map(\.id) == ["a", "b", "c"])
        for (key, id) in [(Key.end, "c"), (.up, "b"), (.pageUp, "a"), (.up, "a"), (.pageDown, "c"), (.home, "a")] {
            _ = model.press(key)
            #expect(model.selected == id)
        }
    }

    @Test("filters as it is typed")
    mutating func filtering() {
        model.take(.status(status(["apple": 0, "pear": 0, "plum": 0]), start))
        _ = model.press(.character("/"))
        for letter in "PL" { _ = model.press(.character(letter)) }
        #expect(model.rows.map(\.id) == ["apple", "plum"])
        _ = model.press(.character("u"))
        #expect(model.rows.map(\.id) == ["plum"] && model.selected == "plum")
        _ = model.press(.backspace)
        _ = model.press(.enter)
        #expect(model.prompt == nil && model.rows.count == 2)
        // Now it is a command again.
        #expect(model.press(.character("q")) == [.quit])
        _ = model.press(.escape)
        #expect(model.rows.count == 3)
    }

    @Test("reloads at a key, and rolls back after a question only")
    mutating func commands() {
        model.take(.status(status(["a": 0]), start))
        #expect(model.press(.character("r")) == [.reload("a")])
        #expect(model.press(.character("b")).isEmpty)
        #expect(model.prompt == .rollBack("a"))
        #expect(model.press(.character("x")).isEmpty)
        #expect(model.message == "a is not rolled back")
        _ = model.press(.character("b"))
        #expect(model.press(.character("y")) == [.rollBack("a")])
        model.take(.answer("a: generation 2\nserves"))
        #expect(model.message == "a: generation 2 serves")
    }

    @Test("opens a plugin and its log, and comes back")
    mutating func views() {
        model.take(.status(status(["a": 0, "b": 0]), start))
        _ = model.press(.enter)
        #expect(model.view == .details("a"))
        #expect(model.press(.character("l")) == [.follow("a")])
        #expect(model.view == .log("a"))
        model.take(.records([LogRecord(.info, "a", "one")], of: "a"))
        // Those of the log before come too late.
        model.take(.records([LogRecord(.info, "b", "two")], of: "b"))
        #expect(model.records.map(\.message) == ["one"])
        for number in 0..<(TopModel.keptRecords + 10) {
            model.take(.records([LogRecord(.info, "a", "\(number)")], of: "a"))
        }
        #expect(model.records.count == TopModel.keptRecords)
        _ = model.press(.up)
        #expect(model.scroll == 1)
        model.take(.records([LogRecord(.info, "a", "last")], of: "a"))
        #expect(model.scroll == 2)
        _ = model.press(.end)
        #expect(model.scroll == 0)
        #expect(model.press(.escape) == [.unfollow])
        _ = model.press(.character("?"))
        #expect(model.view == .keys)
        #expect(model.press(.character("q")).isEmpty && model.view == .list)
        #expect(model.press(.control("l")) == [.redraw, .poll])
    }

    @Test("needs no plugin and no host")
    mutating func empty() {
        for key in [Key.enter, .down, .end, .character("r"), .character("b"), .character("l"), .tab, .escape] {
            #expect(model.press(key).isEmpty)
        }
        #expect(model.view == .list)
        model.take(.status(status([:]), start))
        #expect(model.rows.isEmpty && model.selected == nil)
    }
}
