internal import PluginHost

extension ReportPage {
    /// How long calls took: a point at the median, a line to the 99th percentile and a thinner one to the longest.
    var latency: Markup {
        let measured = report.plugins.compactMap { plugin in
            LatencyFigures(plugin).map { (plugin.id, $0) }
        }
        guard !measured.isEmpty else {
            return Self.section("latency", "Latency", [Self.note("No call was measured in this run.")])
        }
        let least = max(1e-9, measured.map(\.1.median).min() ?? 1e-6)
        let most = max(least * 10, measured.map(\.1.most).max() ?? 1)
        let scale = LogScale(from: least, until: most, left: Self.left, right: Self.width - 20)
        let height = Double(measured.count) * 28 + 40
        var shapes = scale.ticks.flatMap { tick in
            let x = scale.place(of: tick)
            return [
                SVG.line(x, 4, x, height - 20, class: "grid"),
                SVG.text(FigureText.seconds(tick), x: x, y: height - 6, class: "tick"),
            ]
        }
        for (row, (id, figures)) in measured.enumerated() {
            let y = 20 + Double(row) * 28
            let (median, p99, most) = (
                scale.place(of: figures.median), scale.place(of: figures.p99), scale.place(of: figures.most)
            )
            shapes += [
                Self.label(id, y: y + 4),
                SVG.bar(x: median, y: y - 1, width: max(1, most - median), height: 2, class: "latency"),
                SVG.bar(x: median, y: y - 4, width: max(1, p99 - median), height: 8, class: "latency"),
                SVG.path(
                    "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z",
                    x: median,
                    y: y,
                    class: "mark reloaded",
                    title: "\(StatusText.oneLine(id)): \(Self.sentence(figures))"
                ),
            ]
        }
        let picture = SVG.picture(
            width: Self.width,
            height: height,
            title: "Latency",
            description: "of the calls of \(FigureText.count(measured.count, "plugin")), on a logarithmic scale",
            shapes
        )
        let rows = measured.map { id, figures in
            [
                id, "\(figures.samples)", FigureText.seconds(figures.median), FigureText.seconds(figures.p99),
                FigureText.seconds(figures.most),
            ]
        }
        let table = Self.table(
            "How long calls took",
            ["Plugin", "Measured", "Median", "99th percentile", "Longest"],
            rows
        )
        return Self.section("latency", "Latency", [picture, table])
    }

    private static func sentence(_ figures: LatencyFigures) -> String {
        let (median, p99) = (FigureText.seconds(figures.median), FigureText.seconds(figures.p99))
        return "median \(median), 99th percentile \(p99), longest \(FigureText.seconds(figures.most))"
    }
}
