/// What a new package tells whoever opens it.
enum ReadmeTemplate {
    static func file(_ template: PackageTemplate, _ names: TemplateNames, program: String) -> TemplateFile {
        let source =
            template == .c ? "Sources/\(names.module)/plugin.c" : "Sources/\(names.module)/\(names.module).swift"
        let elsewhere = program == "plugin-host" ? "" : " If `plugin-host` is not in your `PATH`, it is\n`\(program)`."
        return TemplateFile(
            "README.md",
            """
            # \(names.title)

            For swift-plugin-host: \(template.summary). Go on with

            ```
            swift test                       # builds it and tests it, without a host
            plugin-host dev .                # runs it, and reloads it whenever you save a source file
            plugin-host \(template.firstCall(names))
            ```

            the last one in another terminal.\(elsewhere)

            | file | holds |
            |---|---|
            | `\(source)` | the plugin |
            | `Tests/\(names.module)Tests/\(names.module)Tests.swift` | its tests |
            | `Package.swift` | what it is built from, and where the SDK comes from |

            `swift build` makes `.build/debug/lib\(names.module).so`. Copy that file into the directory that a host watches, and
            the host loads it; copy another build over it, and the host replaces the one that runs.
            `plugin-host inspect .build/debug/lib\(names.module).so` tells what a host would make of it.
            """
        )
    }
}
