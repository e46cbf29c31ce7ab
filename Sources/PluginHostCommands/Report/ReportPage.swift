internal import LinuxSystem
internal import PluginHost
internal import struct FoundationEssentials.Data

/// One page for a browser that needs nothing but itself: no script, no address, no file beside it.
struct ReportPage: Sendable {
    /// The width of the pictures.
    static let width = 1000.0
    /// Where the pictures begin beside the plugins' names.
    static let left = 190.0
    /// How many characters of an id fit beside a picture.
    static let idLength = 24

    let report: HostReport
    let marks: [ReportMark]

    init(_ report: HostReport) {
        self.report = report
        marks = ReportMark.marks(of: report.events)
    }

    /// The page as text.
    var text: String {
        Markup([.documentType, .element("html", ["lang": "en"], [head, .lineFeed, body])]).text + "\n"
    }

    private var title: String { "plugin-host report, \(TimestampText.format(report.time))" }

    private var head: Markup {
        .element(
            "head",
            [:],
            [
                .void("meta", ["charset": "utf-8"]),
                .void("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
                .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                .void("meta", ["name": "color-scheme", "content": "light dark"]),
                .void("meta", ["name": "referrer", "content": "no-referrer"]),
                .element("title", [:], title), .style(ReportStyle.rules),
            ]
        )
    }

    /// Nothing may be loaded or run, and no rules for the look hold but those of this page.
    private static let policy: String = {
        let digest = Data(SHA256(of: Array("\(ReportStyle.rules)".utf8)).bytes).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
    }()

    private var body: Markup {
        .element(
            "body",
            [:],
            [
                .element("header", [:], [.element("h1", [:], "plugin-host report"), summary]),
                .element(
                    "main",
                    [:],
                    [plugins, timeline, phases, health, latency, dependencies, crashes].flatMap { [.lineFeed, $0] }
                ),
                .lineFeed,
                .element(
                    "footer",
                    [:],
                    [.element("p", [:], "All times are UTC. Made by plugin-host \(PluginHost.version).")]
                ),
            ]
        )
    }

    /// A part of the page with a heading.
    static func section(_ id: String, _ title: String, _ content: [Markup]) -> Markup {
        .element(
            "section",
            ["id": id, "aria-labelledby": "\(id)-title"],
            [.element("h2", ["id": "\(id)-title"], title)] + content
        )
    }

    /// Rows below their titles, each row in its own line of the source.
    static func table(_ caption: String, _ titles: [String], _ rows: [[String]]) -> Markup {
        let head = Markup.element("tr", [:], titles.map { .element("th", ["scope": "col"], $0) })
        let body = rows.flatMap { row -> [Markup] in
            let cells = row.enumerated().map { index, text in
                index == 0 ? Markup.element("th", ["scope": "row"], text) : .element("td", [:], text)
            }
            return [.lineFeed, .element("tr", [:], cells)]
        }
        return .element(
            "div",
            ["class": "table"],
            [
                .element(
                    "table",
                    [:],
                    [.element("caption", [:], caption), .element("thead", [:], [head]), .element("tbody", [:], body)]
                )
            ]
        )
    }

    /// A table that is shown on demand, beside a picture that says the same.
    static func alternative(_ caption: String, _ titles: [String], _ rows: [[String]]) -> Markup {
        .element("details", [:], [.element("summary", [:], "The same as a table"), table(caption, titles, rows)])
    }

    static func note(_ text: String) -> Markup {
        .element("p", ["class": "note"], text)
    }

    /// The lines and labels of an axis behind a picture of some height.
    static func grid(_ axis: TimeAxis, height: Double) -> [Markup] {
        axis.ticks.flatMap { tick in
            let x = axis.place(of: tick.time)
            return [
                SVG.line(x, 4, x, height - 20, class: "grid"),
                SVG.text(tick.label, x: x, y: height - 6, class: "tick"),
            ]
        }
    }

    /// The name of a plugin beside a picture.
    static func label(_ id: String, y: Double) -> Markup {
        let name = StatusText.oneLine(id)
        return SVG.text(TextTable.cut(name, to: idLength), x: left - 12, y: y, class: "label", title: name)
    }
}
