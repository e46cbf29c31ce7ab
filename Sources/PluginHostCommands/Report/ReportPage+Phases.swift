internal import PluginHost

extension ReportPage {
    /// How many reloads are shown by their steps.
    static let shownReloads = 20
    /// As many as there are rules for.
    private static let colours = 15
    private static let start = 300.0

    /// How long each step of the last reloads took, as bars.
    var phases: Markup {
        let timed = marks.filter { !$0.phases.isEmpty }.suffix(Self.shownReloads).reversed()
        guard !timed.isEmpty else {
            return Self.section("phases", "Steps of reloads", [Self.note("No reload is kept with its steps.")])
        }
        var names: [String] = []
        for phase in timed.flatMap(\.phases) where !names.contains(phase.name) { names.append(phase.name) }
        let longest = timed.map(Self.total).max() ?? 0
        var shapes: [Markup] = []
        for (row, mark) in timed.enumerated() {
            shapes += bars(of: mark, y: 8 + Double(row) * 24, names, longest)
        }
        let picture = SVG.picture(
            width: Self.width,
            height: Double(timed.count) * 24 + 12,
            title: "Steps of reloads",
            description: "the last \(timed.count), newest first",
            shapes
        )
        let rows = timed.map { mark in
            [Self.name(of: mark), FigureText.seconds(Self.total(mark)), mark.holdSeconds.map(FigureText.seconds) ?? ""]
                + names.map { name in
                    let steps = mark.phases.filter { $0.name == name }
                    return steps.isEmpty ? "" : FigureText.seconds(steps.reduce(0) { $0 + $1.seconds })
                }
        }
        return Self.section(
            "phases",
            "Steps of reloads",
            [
                picture, legend(names),
                Self.alternative("How long each step took", ["Reload", "In all", "Calls held"] + names, rows),
            ]
        )
    }

    private static func total(_ mark: ReportMark) -> Double {
        mark.phases.reduce(0) { $0 + $1.seconds }
    }

    private static func name(of mark: ReportMark) -> String {
        let generation = mark.generation.map { " \($0)" } ?? ""
        let id = TextTable.cut(StatusText.oneLine(mark.plugin), to: idLength)
        return "\(id)\(generation), \(mark.kind.word) \(TimestampText.format(mark.time).dropFirst(11).prefix(8))"
    }

    private func bars(of mark: ReportMark, y: Double, _ names: [String], _ longest: Double) -> [Markup] {
        var shapes = [
            SVG.text(Self.name(of: mark), x: Self.start - 12, y: y + 13, class: "label", title: mark.sentence)
        ]
        let scale = longest > 0 ? (Self.width - Self.start - 110) / longest : 0
        var x = Self.start
        for phase in mark.phases {
            let width = max(0.5, phase.seconds * scale)
            let colour = (names.firstIndex(of: phase.name) ?? 0) % Self.colours
            let title = "\(phase.name): \(FigureText.seconds(phase.seconds))"
            shapes.append(SVG.bar(x: x, y: y, width: width, height: 16, class: "phase p\(colour)", title: title))
            x += width
        }
        shapes.append(SVG.text(FigureText.seconds(Self.total(mark)), x: x + 6, y: y + 13, class: "value"))
        return shapes
    }

    private func legend(_ names: [String]) -> Markup {
        .element(
            "ul",
            ["class": "legend"],
            names.enumerated().map { index, name in
                .element(
                    "li",
                    [:],
                    [
                        .element(
                            "svg",
                            ["width": "18", "height": "18", "viewBox": "-9 -9 18 18", "aria-hidden": "true"],
                            [SVG.bar(x: -7, y: -7, width: 14, height: 14, class: "phase p\(index % Self.colours)")]
                        ), Markup(name),
                    ]
                )
            }
        )
    }
}
