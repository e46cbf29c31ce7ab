/// An option of a command, as its help tells it.
package struct OptionSpecification: Hashable, Sendable {
    /// The name with its two hyphens.
    package let name: String
    /// What stands for the value in the help; `nil` if the option takes none.
    package let valueName: String?
    /// Whether the option may be given more than once.
    package let repeats: Bool
    /// The words that the value can be; none if it can be anything.
    package let words: [String]
    /// One sentence.
    package let documentation: String

    init(
        _ name: String,
        value valueName: String? = nil,
        among words: [String] = [],
        repeats: Bool = false,
        _ documentation: String
    ) {
        self.name = name
        self.words = words
        self.valueName = valueName
        self.repeats = repeats
        self.documentation = documentation
    }

    /// The option as it is typed.
    var usage: String {
        valueName.map { "\(name) \($0)" } ?? name
    }

    static let help = OptionSpecification("--help", "Show this help.")
    static let json = OptionSpecification("--json", "Print JSON instead of text.")
    static let socket = OptionSpecification(
        "--socket",
        value: "PATH",
        "The control socket of the host. Without it: $PLUGIN_HOST_SOCKET, else the default."
    )
}
