internal import PluginHost

extension ReportPage {
    /// How the plugins have been, as far as they were asked.
    var health: Markup {
        let ids = report.health.keys.sorted()
        guard !ids.isEmpty else {
            return Self.section("health", "Health", [Self.note("No plugin was asked for its health in this run.")])
        }
        let spans = ids.flatMap { id in (report.health[id] ?? []).map { (id, $0) } }
        let axis = TimeAxis(
            over: spans.flatMap { [$0.1.first, $0.1.last] } + [report.time],
            left: Self.left,
            right: Self.width - 20
        )
        let height = Double(ids.count) * 28 + 40
        var shapes = Self.grid(axis, height: height)
        for (row, id) in ids.enumerated() {
            let y = 8 + Double(row) * 28
            shapes += [Self.label(id, y: y + 16), SVG.line(Self.left, y + 12, Self.width - 20, y + 12, class: "rail")]
            for span in report.health[id] ?? [] {
                let from = axis.place(of: span.first)
                // The worse, the taller: colours alone tell nothing to many.
                let tall: Double = ["healthy": 8, "degraded": 15][span.level] ?? 22
                shapes.append(
                    SVG.bar(
                        x: from,
                        y: y + 12 - tall / 2,
                        width: max(3, axis.place(of: span.last) - from),
                        height: tall,
                        class: "health \(["healthy", "degraded"].contains(span.level) ? span.level : "unhealthy")",
                        title: "\(StatusText.oneLine(id)): \(Self.sentence(span))"
                    )
                )
            }
        }
        let rows = spans.reversed().map { id, span in
            [
                id, span.level, TimestampText.format(span.first), TimestampText.format(span.last), "\(span.checks)",
                "\(span.generation)", StatusText.oneLine(span.details),
            ]
        }
        let picture = SVG.picture(
            width: Self.width,
            height: height,
            title: "Health",
            description: "of \(FigureText.count(ids.count, "plugin")); a taller bar is worse",
            shapes
        )
        return Self.section(
            "health",
            "Health",
            [
                picture,
                Self.note(
                    "A bar goes from a check to the last one with the same answer; where there is none, nobody was asked."
                ),
                Self.alternative(
                    "How the plugins have been",
                    ["Plugin", "Health", "From", "To", "Checks", "Generation", "Details"],
                    rows
                ),
            ]
        )
    }

    private static func sentence(_ span: HealthSpan) -> String {
        let details = span.details.isEmpty ? "" : ": \(StatusText.oneLine(span.details))"
        let checks = FigureText.count(span.checks, "check")
        return
            "\(span.level)\(details), \(checks) of generation \(span.generation), to \(TimestampText.format(span.last))"
    }
}
