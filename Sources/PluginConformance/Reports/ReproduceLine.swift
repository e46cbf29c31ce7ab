/// The command line that repeats one check.
package enum ReproduceLine {
    /// The words after the program's name.
    package static func words(path: String, check: String, options: CheckOptions) -> [String] {
        var words = ["check", path, "--only", check, "--seed", "\(options.seed)", "--reproduce"]
        if options.settings != "{}" { words += ["--settings", options.settings] }
        for call in options.calls {
            words += ["--call", call.input.isEmpty ? call.method : "\(call.method)=\(call.input)"]
        }
        // A file's name may be anything.
        if path.hasPrefix("-") { words = ["check"] + words.dropFirst(2) + ["--", path] }
        return words
    }

    /// The line as it is typed into a shell.
    package static func text(path: String, check: String, options: CheckOptions) -> String {
        (["plugin-host"] + words(path: path, check: check, options: options)).map(quoted).joined(separator: " ")
    }

    /// The line that shows what a file is.
    static func inspecting(_ path: String) -> String {
        (["plugin-host", "inspect"] + (path.hasPrefix("-") ? ["--"] : []) + [path]).map(quoted).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "/._-+=:,@%".utf8.contains(byte)
            }
        }
        return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: #"'\''"#))'"
    }
}
