/// The look of the page, in light and in dark.
enum ReportStyle {
    static let rules: StaticString = """
        :root{color-scheme:light dark;--back:#fff;--text:#1c2330;--soft:#5b6575;--line:#d5dae2;--card:#f6f7f9;--good:#1a7f4b;\
        --bad:#b3261e;--warn:#9a6700;--blue:#1f5fbf;--violet:#7a3fb5}
        @media(prefers-color-scheme:dark){:root{--back:#12161d;--text:#e4e8ef;--soft:#9aa5b5;--line:#323a47;--card:#1a202a;\
        --good:#4cc38a;--bad:#ff7b72;--warn:#e3b341;--blue:#79b0ff;--violet:#c8a1ff}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1080px;padding:24px;background:var(--back);color:var(--text);\
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        h1{font-size:26px;margin:0 0 12px}
        h2{font-size:19px;margin:36px 0 10px;padding-top:12px;border-top:1px solid var(--line)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0}
        dt{color:var(--soft)}
        dd{margin:0;overflow-wrap:anywhere}
        .note,footer{color:var(--soft)}
        .trouble{color:var(--bad);font-weight:600}
        .picture,.table{overflow-x:auto}
        svg{display:block;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        svg text{fill:var(--text)}
        svg .label{text-anchor:end}
        svg .tick{fill:var(--soft);text-anchor:middle;font-size:11px}
        svg .value{fill:var(--soft)}
        svg .node-name{text-anchor:middle;font-weight:600}
        .grid,.rail{stroke:var(--line)}
        .mark{stroke-width:2;stroke:var(--blue);fill:var(--blue)}
        .mark.loaded,.mark.restarted{stroke:var(--good);fill:var(--good)}
        .mark.failed{stroke:var(--bad);fill:none;stroke-width:2.5}
        .mark.crashed{stroke:var(--bad);fill:var(--bad);stroke-width:1}
        .mark.rolled-back{stroke:var(--violet);fill:var(--violet)}
        .mark.removed{stroke:var(--soft);fill:none}
        .mark.error{stroke:var(--warn);fill:var(--warn);stroke-width:1}
        .health.healthy{fill:var(--good)}
        .health.degraded{fill:var(--warn)}
        .health.unhealthy{fill:var(--bad)}
        .latency{fill:var(--blue);opacity:.55}
        .phase{stroke:var(--back);stroke-width:.5}
        .p0{fill:#3b7ddd}.p1{fill:#e07b39}.p2{fill:#3a9d6b}.p3{fill:#c94f7c}.p4{fill:#8a6fd1}.p5{fill:#b59b1f}\
        .p6{fill:#2aa3b5}.p7{fill:#a4623d}.p8{fill:#7f8a99}.p9{fill:#6f9a2c}.p10{fill:#d2544a}.p11{fill:#5a6acf}.p12{fill:#b8860b}.p13{fill:#4d8f8f}.p14{fill:#9c5fa8}
        .node{fill:var(--card);stroke:var(--soft);rx:6px}
        .node.down{stroke:var(--bad);stroke-width:2}
        .node.missing{stroke:var(--bad);stroke-dasharray:5 4}
        .edge{fill:none;stroke:var(--soft);stroke-width:1.5}
        .edge.broken{stroke:var(--bad);stroke-dasharray:5 4}
        .legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0;padding:0;font-size:13px}
        .legend li{display:flex;align-items:center;gap:6px}
        table{border-collapse:collapse;font-size:13px;width:100%}
        caption{text-align:left;color:var(--soft);padding:4px 0}
        th,td{text-align:left;vertical-align:top;padding:4px 12px 4px 0;border-bottom:1px solid var(--line);\
        overflow-wrap:break-word}
        td:last-child{overflow-wrap:anywhere;min-width:160px}
        thead th{color:var(--soft);font-weight:500}
        details{margin:8px 0}
        summary{cursor:pointer;overflow-wrap:anywhere}
        summary:focus-visible{outline:2px solid var(--blue);outline-offset:2px}
        pre{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:12px;overflow-x:auto;\
        font:12px/1.45 ui-monospace,"DejaVu Sans Mono",Menlo,monospace}
        @media print{body{max-width:none}details{break-inside:avoid}}
        """
}
