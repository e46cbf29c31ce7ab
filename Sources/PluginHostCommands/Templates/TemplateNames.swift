/// The names of a new plugin, all made from the one that its author gives.
///
/// `weather-report`, `weather_report` and `WeatherReport` all become the module `WeatherReport` with the id `weather-report`.
struct TemplateNames: Hashable, Sendable {
    /// The words that the name is made of, in small letters.
    private let words: [String]

    /// The name of the module, the class and the product.
    var module: String { words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }
    /// The plugin's id.
    var id: String { words.joined(separator: "-") }
    /// The name of files and functions in other languages.
    var snake: String { words.joined(separator: "_") }
    /// The name for people.
    var title: String { words.joined(separator: " ").prefix(1).uppercased() + words.joined(separator: " ").dropFirst() }

    /// What a module can't be called, because something that its source uses is called so.
    private static let taken: Set<String> = [
        "Action", "ActionArguments", "ActionResult", "Any", "Array", "Bool", "Codable", "Components",
        "ConcurrentPlugin",
        "CPluginABI", "Dispatch", "Double", "Error", "Event", "EventHandler", "EventOutcome", "FoundationEssentials",
        "Foundation", "Gateway", "Glibc", "Health", "Hook", "Int", "LogLevel", "MethodTable", "Never", "Optional",
        "PackageDescription", "Plugin", "PluginCall", "PluginConfiguration", "PluginContext", "PluginFactory",
        "PluginFailure", "PluginHost", "PluginMetadata", "PluginSDK", "PluginTesting", "ScheduledTask", "Self",
        "Sendable", "SharedState", "State", "StatefulPlugin", "String", "Suite", "Swift", "Synchronization", "TaskRun",
        "Test", "TestHost", "TestedPlugin", "Testing", "Type", "Void", "XCTest",
    ]

    /// Makes the names, or says why the one that was given is none.
    init(_ name: String) throws(CommandFailure) {
        let rule = "a name is 1 to 32 of a-z A-Z 0-9 - _, beginning with a letter, such as weather-report"
        let shown = String(name.prefix(80).map { $0.isASCII && $0 >= " " && $0 != "\u{7F}" ? $0 : "?" })
        guard name.utf8.allSatisfy(Self.isNameByte), (1...32).contains(name.utf8.count), name.first?.isLetter == true
        else { throw .usage("'\(shown)' can't be the name of a plugin: \(rule)") }
        words = Self.words(of: name)
        let module = module
        let meant = Self.taken.first { $0.lowercased() == module.lowercased() }
        if let meant {
            throw .usage(
                "'\(shown)' can't be the name of a plugin: its class would hide \(meant), which plugins need; try My\(meant)"
            )
        }
    }

    /// Splits a name at hyphens and underscores, and where a capital letter begins a word.
    private static func words(of name: String) -> [String] {
        var words: [String] = []
        let letters = Array(name)
        for (index, letter) in letters.enumerated() {
            guard letter != "-", letter != "_" else {
                words.append("")
                continue
            }
            let follows = index > 0 && (letters[index - 1].isLowercase || letters[index - 1].isNumber)
            let begins = index > 0 && letters[index - 1].isUppercase && index + 1 < letters.count
            let isBoundary = letter.isUppercase && (follows || begins && letters[index + 1].isLowercase)
            if words.isEmpty || isBoundary { words.append("") }
            words[words.count - 1] += letter.lowercased()
        }
        return words.filter { !$0.isEmpty }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
