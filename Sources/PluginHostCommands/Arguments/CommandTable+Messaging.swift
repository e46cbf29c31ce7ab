extension CommandTable {
    private static let timeout = OptionSpecification(
        "--timeout",
        value: "TIME",
        "How long to wait at most, such as 500ms or 30s."
    )

    /// The commands about events, hooks, actions and messages.
    static let messaging: [CommandSpecification] = [
        .init(
            "emit",
            "publish an event",
            operands: [
                .init("TOPIC", "What it is about: words joined by points, such as order.created."),
                .init("DATA", times: 0...1, "What it says, or - for standard input. Default: no bytes."),
            ],
            options: [.json, .socket]
        ),
        .init("handlers", "list the handlers of events, and what they did", options: [.json, .socket]),
        .init(
            "hook",
            "send a value through the hooks of a stage",
            operands: [
                .init("STAGE", "The stage, by its name."),
                .init("JSON", times: 0...1, "The value, or - for standard input. Default: null."),
            ],
            options: [timeout, .json, .socket],
            discussion: """
                The value that comes out is printed; who changed it, and who was skipped, goes to standard error. With --json \
                all of it is one object.
                """
        ),
        .init(
            "actions",
            "list what plugins can be asked to do",
            options: [
                .init(
                    "--format",
                    value: "FORMAT",
                    among: ["text", "json", "tools"],
                    "text, json, or tools: the list of functions that language models take. Default: text."
                ),
                .init("--for", value: "TEXT", "Only those that are active for this text."), .json, .socket,
            ]
        ),
        .init(
            "act",
            "ask a plugin to do something",
            operands: [
                .init("NAME", "The action, as `actions` shows it."),
                .init("JSON", times: 0...1, "The arguments, an object, or - for standard input. Default: {}."),
            ],
            options: [timeout, .json, .socket],
            discussion: "The exit status is 1 if the action says that it was not done."
        ),
        .init("gateways", "list the message gateways", options: [.json, .socket]),
        .init(
            "send",
            "send a message by a gateway",
            operands: [.init("TEXT", "What it says, or - for standard input.")],
            options: [
                .init("--gateway", value: "NAME", "The gateway, as `gateways` shows it. Default: the route decides."),
                .init("--platform", value: "NAME", "The platform that it goes to."),
                .init("--account", value: "NAME", "The account on the platform."),
                .init("--scope", value: "NAME", "The part of the account."),
                .init("--conversation", value: "ID", "The conversation that it belongs to."), timeout, .json, .socket,
            ]
        ),
    ]
}
