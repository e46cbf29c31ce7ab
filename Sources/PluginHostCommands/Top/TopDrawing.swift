internal import PluginHost

/// Draws what the live view shows.
enum TopDrawing {
    /// The screen for a model of its size.
    static func screen(of model: TopModel) -> Screen {
        var screen = Screen(columns: model.size.columns, rows: model.size.rows)
        // Of a tiny terminal, what matters gets the room.
        let hasHead = screen.rows >= 5
        let hasFoot = screen.rows >= 8
        let first = hasHead ? 2 : screen.rows >= 3 ? 1 : 0
        let last = screen.rows - (hasFoot ? 2 : 0)
        if hasHead { screen.put(head(model), row: 0, column: 0, style: .bold) }
        if first > 0 { drawNotice(model, row: first - 1, &screen) }
        switch model.view {
        case .list: drawList(model, first..<last, &screen)
        case .details(let id): drawLines(details(model, id), from: model.scroll, first..<last, &screen)
        case .log: drawLog(model, first..<last, &screen)
        case .keys: drawLines(keys, from: 0, first..<last, &screen)
        }
        if hasFoot {
            drawSelection(model, row: last, &screen)
            screen.fill(hint(model), row: last + 1, style: .reversed)
        }
        return screen
    }

    /// The host in one line.
    private static func head(_ model: TopModel) -> String {
        guard let status = model.status else { return "plugin-host top" }
        let (host, totals) = (status.host, status.host.totals)
        let rate = model.rates.perSecond.isEmpty ? nil : model.rates.perSecond.values.reduce(0, +)
        return "\(FigureText.count(totals.plugins, "plugin")), \(totals.loaded) serving, \(totals.failed) failed  "
            + "\(TopFigure.rate(rate)) calls/s  up \(FigureText.seconds(host.uptimeSeconds))  process \(host.pid)  "
            + "every \(DurationText.format(model.interval))"
    }

    /// What the user should know now.
    private static func drawNotice(_ model: TopModel, row: Int, _ screen: inout Screen) {
        if let loss = model.loss {
            let time = TimestampText.format(loss.since).dropFirst(11).prefix(8)
            let text = " the host is gone since \(time): \(StatusText.oneLine(loss.reason)); waiting for it"
            return screen.fill(text, row: row, style: TerminalStyle(isBold: true, isReversed: true, colour: .red))
        }
        switch model.prompt {
        case .rollBack(let id):
            let text = "roll \(id) back to the generation before, and set its build aside? y or n"
            screen.put(text, row: row, column: 0, style: .colour(.yellow, isBold: true))
        case .filter: screen.put("filter: \(model.filter)▏", row: row, column: 0, style: .bold)
        case nil:
            if let message = model.message {
                screen.put(message, row: row, column: 0, style: .colour(.cyan))
            } else if let trouble = model.status?.host.troubles.first {
                screen.put("trouble: \(StatusText.oneLine(trouble))", row: row, column: 0, style: .colour(.red))
            } else if !model.filter.isEmpty {
                screen.put("filter: \(model.filter)   Esc shows all", row: row, column: 0, style: .dim)
            }
        }
    }

    // MARK: List

    private static func drawList(_ model: TopModel, _ area: Range<Int>, _ screen: inout Screen) {
        let rows = model.rows
        let layout = TopLayout(width: screen.columns, rows: rows)
        var area = area
        if area.count > 1 {
            let titles = layout.titles(sortedBy: model.sort, isReversed: model.isReversed)
            screen.fill(titles, row: area.lowerBound, style: TerminalStyle(isBold: true, isReversed: true))
            area = area.dropFirst()
        }
        guard !rows.isEmpty else {
            let text =
                model.status == nil
                ? "waiting for the host" : model.filter.isEmpty ? "no plugin yet" : "no plugin matches"
            screen.put(text, row: area.lowerBound, column: 0, style: .dim)
            return
        }
        let index = rows.firstIndex { $0.id == model.selected } ?? 0
        let start = max(0, index - area.count + 1)
        for (line, row) in zip(area, rows[start...]) {
            screen.put(layout.text(row), row: line, column: 0, style: style(of: row, model))
            if row.id == model.selected { screen.restyle(row: line) { $0.isReversed = true } }
        }
    }

    private static func style(of row: TopRow, _ model: TopModel) -> TerminalStyle {
        if model.loss != nil { return .dim }
        if row.isInTrouble { return .colour(.red) }
        if row.trouble != nil { return .colour(.yellow) }
        return row.state == "running" ? .plain : .colour(.cyan)
    }

    /// What there is to say of the plugin under the cursor.
    private static func drawSelection(_ model: TopModel, row: Int, _ screen: inout Screen) {
        guard model.view == .list, let selected = model.rows.first(where: { $0.id == model.selected }) else { return }
        let text = selected.trouble ?? selected.event
        guard !text.isEmpty else { return }
        let style: TerminalStyle = selected.trouble == nil ? .dim : .colour(.yellow)
        screen.put(TextWidth.cut("\(selected.id)  \(text)", to: screen.columns), row: row, column: 0, style: style)
    }

    // MARK: Texts

    /// All that is known of a plugin, line by line.
    static func details(_ model: TopModel, _ id: String) -> [String] {
        guard let plugin = model.plugin(id) else { return ["there is no plugin \(id) any more"] }
        let row = TopRow(plugin, rate: model.rates.perSecond[plugin.id], event: model.lastEvents[plugin.id])
        let live = [
            "\(TopColumn.calls.text(row)) calls/s, median \(TopColumn.p50.text(row)), "
                + "99th percentile \(TopColumn.p99.text(row)), memory \(TopColumn.memory.text(row))",
            row.event.isEmpty ? nil : "last event \(row.event)", "",
        ]
        return live.compactMap(\.self) + StatusText.details(of: plugin).split(separator: "\n").map(String.init)
    }

    private static func drawLines(_ lines: [String], from start: Int, _ area: Range<Int>, _ screen: inout Screen) {
        for (row, line) in zip(area, lines.dropFirst(start)) {
            screen.put(TextWidth.cut(line, to: screen.columns), row: row, column: 0)
        }
    }

    private static func drawLog(_ model: TopModel, _ area: Range<Int>, _ screen: inout Screen) {
        guard !model.records.isEmpty else {
            screen.put("nothing is logged yet", row: area.lowerBound, column: 0, style: .dim)
            return
        }
        // From the last record on upwards, until there is no room.
        var lines: [(text: String, style: TerminalStyle)] = []
        for record in model.records.dropLast(model.scroll).reversed() {
            // The day is no news to who looks on.
            let text = TextWidth.wrapped(String(LogLine.text(record).dropFirst(11)), to: screen.columns)
            lines += text.reversed().map { ($0, style(of: record)) }
            if lines.count >= area.count { break }
        }
        for (row, line) in zip(area, lines.prefix(area.count).reversed()) {
            screen.put(line.text, row: row, column: 0, style: line.style)
        }
    }

    private static func style(of record: LogRecord) -> TerminalStyle {
        switch record.level {
        case .trace, .debug: .dim
        case .info: .plain
        case .warning: .colour(.yellow)
        case .error: .colour(.red)
        }
    }

    /// What the keys do.
    private static let keys = [
        "↑ ↓ j k       move; PgUp PgDn Home End move further", "Enter         open the plugin",
        "l             follow its log",
        "r             reload it", "b             roll it back, after a question",
        "s S Tab       sort by the next column, or the one before",
        "R             sort the other way round", "/             show only what contains a text; Esc shows all",
        "Space         ask for the figures now", "Ctrl-L        draw everything anew",
        "Esc q         back; q in the list ends",
        "Ctrl-Z        stop; fg goes on",
    ]

    private static func hint(_ model: TopModel) -> String {
        switch model.view {
        case .list: " q end  ? keys  Enter open  l log  r reload  b roll back  s sort: \(model.sort.rawValue)  / filter"
        case .details(let id): " \(id)  Esc back  l log  r reload  b roll back  ↑↓ scroll"
        case .log(let id): " log of \(id)  Esc back  ↑↓ scroll\(model.scroll > 0 ? "  End follow" : ", following")"
        case .keys: " any key goes back"
        }
    }
}
