/// The shapes that the pictures of a page are made of.
enum SVG {
    /// A picture with a title and a description for those who can't see it.
    static func picture(
        width: Double,
        height: Double,
        title: String,
        description: String,
        _ content: [Markup]
    ) -> Markup {
        .element(
            "div",
            ["class": "picture"],
            [
                .element(
                    "svg",
                    [
                        "viewBox": "0 0 \(number(width)) \(number(height))", "role": "img",
                        "width": number(width), "height": number(height),
                        "aria-label": "\(title): \(description)",
                    ],
                    content
                )
            ]
        )
    }

    /// A text at a place.
    static func text(_ text: String, x: Double, y: Double, class name: String = "", title: String? = nil) -> Markup {
        .element(
            "text",
            ["x": number(x), "y": number(y), "class": name],
            [Markup(text)] + (title.map { [.element("title", [:], $0)] } ?? [])
        )
    }

    /// A bar.
    static func bar(
        x: Double,
        y: Double,
        width: Double,
        height: Double,
        class name: String,
        title: String? = nil
    ) -> Markup {
        .element(
            "rect",
            [
                "x": number(x), "y": number(y), "width": number(width), "height": number(height),
                "class": name,
            ],
            title.map { [.element("title", [:], $0)] } ?? []
        )
    }

    /// A line.
    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class name: String) -> Markup {
        .element(
            "line",
            ["x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2), "class": name]
        )
    }

    /// A shape at a place.
    static func path(_ data: String, x: Double = 0, y: Double = 0, class name: String, title: String? = nil) -> Markup {
        .element(
            "path",
            ["d": data, "transform": "translate(\(number(x)) \(number(y)))", "class": name],
            title.map { [.element("title", [:], $0)] } ?? []
        )
    }

    /// A number with at most two digits behind the point.
    static func number(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "0" }
        let hundredths = Int64((value * 100).rounded())
        let rest = abs(hundredths % 100)
        let whole = "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100)"
        return rest == 0 ? whole : rest < 10 ? "\(whole).0\(rest)" : "\(whole).\(rest)"
    }
}
