extension CommandTable {
    /// The commands for those who write plugins.
    static let authoring: [CommandSpecification] = [
        .init(
            "new",
            "make a package with a new plugin in it",
            operands: [.init("NAME", "The plugin's name, such as weather-report.")],
            options: [
                .init("--template", value: "NAME", "\(PackageTemplate.list). Default: stateful."),
                .init("--directory", value: "DIR", "The directory to make. Default: NAME, where you are."),
                .init(
                    "--package",
                    value: "PATH",
                    "A checkout of swift-plugin-host, or a repository's URL. Default: what this program was built from."
                ),
            ],
            discussion: """
                The package builds and passes its own tests as it is, without a network if PATH is a checkout; \
                $\(PackageDependency.variable) stands for --package. A directory that is there already is not touched.
                """
        )
    ]
}
