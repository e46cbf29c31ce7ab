extension CommandTable {
    /// The commands that show a host as a whole.
    static let views: [CommandSpecification] = [
        .init(
            "top",
            "watch the plugins live in the terminal",
            options: [
                .init("--interval", value: "TIME", "How often to ask for the figures, 100ms to 1h. Default: 2s."),
                .init(
                    "--sort",
                    value: "COLUMN",
                    among: TopColumn.allCases.map(\.rawValue),
                    "What to sort by: \(TopColumn.names). Default: id."
                ),
                .init("--once", "Print one frame as plain text, measured over one interval, and end."), .socket,
            ],
            discussion: """
                Keys: arrows move, Enter opens a plugin, l follows its log, r reloads it, b rolls it back, s sorts by the next \
                column, / filters, ? shows all keys, q ends. What happens is told by the host at once; only figures are asked for \
                at the interval. In scripts use status.
                """
        ),
        .init(
            "report",
            "sum up what has happened, as text or as a page for a browser",
            options: [
                .init(
                    "--html",
                    value: "FILE",
                    "Write one page that needs nothing else to FILE, or to - for standard output."
                ),
                .init("--state-dir", value: "DIR", "Read this state directory, without asking a host."), .json, .socket,
            ],
            discussion: """
                The page shows the reloads, failures and rollbacks that are kept, how long each step took, health, latency, \
                dependencies and crashes. FILE is replaced as a whole, and only you can read it. Without a host that runs, the \
                events and crashes are read from the state directory.
                """
        ),
        .init(
            "graph",
            "show which plugin needs which",
            options: [
                .init(
                    "--format",
                    value: "FORMAT",
                    among: ["text", "dot", "mermaid", "json"],
                    "text, dot (for Graphviz), mermaid, or json. Default: text."
                ),
                .json, .socket,
            ],
            discussion: "The exit status is 1 if a plugin needs one that is missing, too old or not serving."
        ),
    ]
}
