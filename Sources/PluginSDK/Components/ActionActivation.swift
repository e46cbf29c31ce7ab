/// When an action is offered.
public enum ActionActivation: Hashable, Sendable {
    /// Whenever actions are looked for.
    case always
    /// When one of these words is in what is talked about.
    case keywords([String])
    /// Now and then: with this probability, from 0 to 1.
    case random(probability: Double)
    /// Only for those who know its name.
    case never

    var rule: ComponentJSON.Action.Rule {
        switch self {
        case .always: .init(mode: "always")
        case .keywords(let words): .init(mode: "keyword", keywords: words)
        case .random(let probability): .init(mode: "random", probability: probability)
        case .never: .init(mode: "never")
        }
    }
}
