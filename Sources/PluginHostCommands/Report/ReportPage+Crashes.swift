internal import PluginHost

extension ReportPage {
    /// The crashes, newest first, each with all that is known of it.
    var crashes: Markup {
        guard !report.crashes.isEmpty else {
            return Self.section("crashes", "Crashes", [Self.note("No crash is kept.")])
        }
        return Self.section("crashes", "Crashes", report.crashes.reversed().flatMap { [.lineFeed, Self.crash($0)] })
    }

    private static func crash(_ report: CrashReport) -> Markup {
        let call = report.method.map { "in \($0)" } ?? report.step.map { "in \($0)" } ?? ""
        let head = "\(TimestampText.format(report.time))  \(report.plugin) \(report.ending)"
        var parts: [Markup] = [
            .element("summary", [:], StatusText.oneLine([head, call].filter { !$0.isEmpty }.joined(separator: ", "))),
            .element("pre", [:], CrashText.details(of: report)),
        ]
        if !report.backtrace.isEmpty {
            let lines = report.backtrace.map(StatusText.oneLine).joined(separator: "\n")
            parts.append(
                .element(
                    "details",
                    [:],
                    [.element("summary", [:], "The backtrace as it was written"), .element("pre", [:], lines)]
                )
            )
        }
        return .element("details", ["class": "crash"], parts)
    }
}
