/// What a developer can do with one key while `dev` runs.
enum DevelopKey: UInt8, CaseIterable, Sendable {
    case reload = 0x72  // r
    case rollBack = 0x62  // b
    case resetState = 0x73  // s
    case call = 0x63  // c
    case next = 0x6E  // n
    case help = 0x68  // h
    case quit = 0x71  // q

    /// Reads a key; a capital is the same, and `?` asks for help; `nil` for what means nothing.
    init?(byte: UInt8) {
        if byte == UInt8(ascii: "?") {
            self = .help
        } else {
            self.init(rawValue: byte | 0x20)
        }
    }

    private var meaning: String {
        switch self {
        case .reload: "reload"
        case .rollBack: "roll back"
        case .resetState: "forget the state"
        case .call: "make the last call again"
        case .next: "next plugin"
        case .help: "help"
        case .quit: "quit"
        }
    }

    /// All keys, with the plugin that they are about.
    static func help(about plugin: String?) -> String {
        let keys = allCases.map { "\(Character(UnicodeScalar($0.rawValue))) \($0.meaning)" }.joined(separator: ", ")
        return plugin.map { "keys, for \($0): \(keys)" } ?? "keys: \(keys)"
    }
}
