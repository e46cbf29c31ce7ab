/// A file of a new package.
struct TemplateFile: Hashable, Sendable {
    /// Where it goes, seen from the directory of the package.
    let path: String
    let text: String
    var isExecutable = false

    init(_ path: String, _ text: String, isExecutable: Bool = false) {
        self.path = path
        self.text = text.hasSuffix("\n") ? text : text + "\n"
        self.isExecutable = isExecutable
    }
}
