internal import PluginHost

extension ReportPage {
    private static let rowHeight = 28.0

    /// The shape of each mark; none is told by its colour alone.
    private static func shape(_ kind: ReportMark.MarkKind) -> String {
        switch kind {
        case .loaded: "M-5 5L0 -5L5 5Z"
        case .reloaded: "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z"
        case .failed: "M-5 -5L5 5M5 -5L-5 5"
        case .rolledBack: "M5 -6L-5 0L5 6Z"
        case .crashed: "M0 -7L2 -2L7 0L2 2L0 7L-2 2L-7 0L-2 -2Z"
        case .restarted: "M-4 -6L6 0L-4 6Z"
        case .removed: "M-5 -5H5V5H-5Z"
        case .error: "M0 -6L6 0L0 6L-6 0Z"
        }
    }

    /// Reloads, failures, rollbacks and crashes on a line of time.
    var timeline: Markup {
        guard !marks.isEmpty else {
            return Self.section("timeline", "Timeline", [Self.note("No load, reload, failure or crash is kept.")])
        }
        let ids = Set(marks.map(\.plugin)).sorted()
        let height = Double(ids.count) * Self.rowHeight + 40
        let axis = TimeAxis(over: marks.map(\.time), left: Self.left, right: Self.width - 20)
        var shapes = Self.grid(axis, height: height)
        for (row, id) in ids.enumerated() {
            let y = 20 + Double(row) * Self.rowHeight
            shapes += [Self.label(id, y: y + 4), SVG.line(Self.left, y, Self.width - 20, y, class: "rail")]
            for mark in marks where mark.plugin == id {
                shapes.append(
                    SVG.path(
                        Self.shape(mark.kind),
                        x: axis.place(of: mark.time),
                        y: y,
                        class: "mark \(mark.kind.rawValue)",
                        title: mark.sentence
                    )
                )
            }
        }
        let rows = marks.reversed().map { mark in
            [
                TimestampText.format(mark.time), mark.plugin, mark.kind.word, mark.generation.map { "\($0)" } ?? "",
                mark.seconds.map(FigureText.seconds) ?? "", StatusText.oneLine(mark.text),
            ]
        }
        let picture = SVG.picture(
            width: Self.width,
            height: height,
            title: "Timeline",
            description: "\(marks.count) events of \(FigureText.count(ids.count, "plugin"))",
            shapes
        )
        return Self.section(
            "timeline",
            "Timeline",
            [
                picture, legend(of: Set(marks.map(\.kind))),
                Self.alternative(
                    "What happened, newest first",
                    ["Time", "Plugin", "What", "Generation", "Took", "Why"],
                    rows
                ),
            ]
        )
    }

    private func legend(of kinds: Set<ReportMark.MarkKind>) -> Markup {
        let entries = ReportMark.MarkKind.allCases.filter(kinds.contains).map { kind in
            let count = marks.count { $0.kind == kind }
            return Markup.element(
                "li",
                [:],
                [
                    .element(
                        "svg",
                        ["width": "18", "height": "18", "viewBox": "-9 -9 18 18", "aria-hidden": "true"],
                        [SVG.path(Self.shape(kind), class: "mark \(kind.rawValue)")]
                    ), Markup("\(kind.word) (\(count))"),
                ]
            )
        }
        return .element("ul", ["class": "legend"], entries)
    }
}
