/// The kinds of plugins that a new package can begin with.
enum PackageTemplate: String, CaseIterable, Sendable {
    case basic, stateful, action, gateway, task, c, rust

    /// The names of all, for people.
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// What it begins with, as the rest of a sentence.
    var summary: String {
        switch self {
        case .basic: "a plugin with a method and a setting"
        case .stateful: "a plugin whose state survives reloads"
        case .action: "a plugin that people and language models ask to do something"
        case .gateway: "a plugin that carries messages"
        case .task: "a plugin that does something at times"
        case .c: "a plugin in C"
        case .rust: "a plugin in Rust"
        }
    }

    /// Whether the package is one of SwiftPM's, which `dev` can build.
    var isSwiftPackage: Bool { self != .rust }

    /// A command line for a first call, without the program.
    func firstCall(_ names: TemplateNames) -> String {
        switch self {
        case .basic: "call \(names.id) greet Ada"
        case .stateful: "call \(names.id) note hello"
        case .action: "act \(names.snake)_add '{\"text\":\"buy milk\"}'"
        case .gateway: "send --gateway \(names.id) hello"
        case .task: "call \(names.id) report"
        case .c, .rust: "call \(names.id) increment"
        }
    }

    /// All files of the package.
    func files(_ names: TemplateNames, _ dependency: PackageDependency, program: String) -> [TemplateFile] {
        let own =
            switch self {
            case .basic: BasicTemplate.files(names)
            case .stateful: StatefulTemplate.files(names)
            case .action: ActionTemplate.files(names)
            case .gateway: GatewayTemplate.files(names)
            case .task: TaskTemplate.files(names)
            case .c: CTemplate.files(names)
            case .rust: RustTemplate.files(names)
            }
        guard isSwiftPackage else { return own + RustTemplate.common(names, program: program) }
        return own + [
            ManifestTemplate.file(names, dependency, isC: self == .c),
            ReadmeTemplate.file(self, names, program: program),
            TemplateFile(".gitignore", ".build/\n"),
            TemplateFile(
                ".swift-format",
                """
                {
                  "version": 1,
                  "lineLength": 120,
                  "indentation": { "spaces": 4 }
                }
                """
            ),
        ]
    }
}
