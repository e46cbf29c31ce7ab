/// The manifest of a new package.
enum ManifestTemplate {
    static func file(_ names: TemplateNames, _ dependency: PackageDependency, isC: Bool) -> TemplateFile {
        let lines = dependency.lines.map { "        " + $0 }.joined(separator: "\n")
        func product(_ name: String) -> String { ".product(name: \"\(name)\", package: \"\(dependency.identity)\")" }
        return TemplateFile(
            "Package.swift",
            """
            // swift-tools-version: 6.3
            import PackageDescription

            let package = Package(
                name: "\(names.id)",
                products: [
                    // A plugin is a dynamic library of its own; 'swift build' makes
                    // .build/debug/lib\(names.module).so.
                    .library(
                        name: "\(names.module)",
                        type: .dynamic,
                        targets: ["\(names.module)"]
                    )
                ],
                dependencies: [
            \(lines)
                ],
                targets: [
                    .target(
                        name: "\(names.module)",
                        dependencies: [
                            \(product(isC ? "CPluginABI" : "PluginSDK"))
                        ]
                    ),
                    // The tests link the plugin. Each plugin exports the same function, so that two of them don't link into
                    // one test bundle: give another plugin a package of its own.
                    .testTarget(
                        name: "\(names.module)Tests",
                        dependencies: [
                            "\(names.module)",
                            \(product("PluginSDK")),
                            \(product("PluginTesting")),
                        ]
                    ),
                ],
                swiftLanguageModes: [.v6]
            )
            """
        )
    }
}
