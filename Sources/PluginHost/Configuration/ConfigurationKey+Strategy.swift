extension ConfigurationKey {
    /// The keys that make up the strategy; they are taken over in this order, wherever they stand in the file.
    static let strategyKeys: [ConfigurationKey] = [strategy, debounce, idleBound]

    private static let strategy: ConfigurationKey = {
        let rule = "one of \(ReloadStrategy.names.joined(separator: ", "))"
        return ConfigurationKey(
            name: "strategy",
            rule: rule,
            defaultText: "\"\(defaults.strategy.name)\"",
            documentation: "When a changed file is reloaded: on the first complete change, when it has been quiet for "
                + "the time in debounce, on command only, or at the first moment without a call in flight.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard case .string(let name) = node.content else { throw mismatch("strategy", node, rule) }
                let window = configuration.strategy.ownWindow ?? .seconds(1)
                let bound = configuration.strategy.bound ?? ReloadStrategy.defaultBound
                guard let strategy = ReloadStrategy(name: name, window: window, bound: bound) else {
                    let meant = Spelling.nearest(to: name, among: ReloadStrategy.names).map { "; '\($0)' is near" }
                    throw mismatch("strategy", node, rule + (meant ?? ""))
                }
                configuration.strategy = strategy
            },
            refused: { _ in nil }
        )
    }()

    private static let debounce: ConfigurationKey = {
        let rule = durationRule(.zero...longest)
        return ConfigurationKey(
            name: "debounce",
            rule: rule,
            defaultText: "\"\(DurationText.format(defaults.strategy.window))\"",
            documentation:
                "How long a file has to be quiet before it is reloaded. Only for the strategies debounced and "
                + "on-idle.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard let window = duration(node) else { throw mismatch("debounce", node, rule) }
                switch configuration.strategy {
                case .debounced: configuration.strategy = .debounced(window)
                case .onIdle(_, let bound): configuration.strategy = .onIdle(window: window, bound: bound)
                case .immediate, .manual: throw useless("debounce", node, configuration, "debounced and on-idle")
                }
            },
            refused: { configuration in
                guard let window = configuration.strategy.ownWindow else { return nil }
                return (.zero...longest).contains(window) ? nil : DurationText.format(window)
            }
        )
    }()

    private static let idleBound: ConfigurationKey = {
        let rule = durationRule(.zero...longest)
        return ConfigurationKey(
            name: "idleBound",
            rule: rule,
            defaultText: "\"\(DurationText.format(ReloadStrategy.defaultBound))\"",
            documentation:
                "How long a reload waits for a moment without a call in flight. Only for the strategy on-idle.",
            read: { (node, configuration) throws(ConfigurationProblem) in
                guard let bound = duration(node) else { throw mismatch("idleBound", node, rule) }
                guard case .onIdle(let window, _) = configuration.strategy else {
                    throw useless("idleBound", node, configuration, "on-idle")
                }
                configuration.strategy = .onIdle(window: window, bound: bound)
            },
            refused: { configuration in
                guard let bound = configuration.strategy.bound else { return nil }
                return (.zero...longest).contains(bound) ? nil : DurationText.format(bound)
            }
        )
    }()

    /// An option that would be kept and do nothing is an error, so that nobody relies on it.
    private static func useless(
        _ name: String,
        _ node: ConfigurationNode,
        _ configuration: HostConfiguration,
        _ strategies: String
    ) -> ConfigurationProblem {
        let fact = "\(name) has no meaning under the strategy '\(configuration.strategy.name)'"
        return ConfigurationProblem(line: node.line, reason: "\(fact), only under \(strategies)")
    }
}

extension ReloadStrategy {
    fileprivate var ownWindow: Duration? {
        switch self {
        case .debounced(let window), .onIdle(let window, _): window
        case .immediate, .manual: nil
        }
    }

    fileprivate var bound: Duration? {
        guard case .onIdle(_, let bound) = self else { return nil }
        return bound
    }
}
