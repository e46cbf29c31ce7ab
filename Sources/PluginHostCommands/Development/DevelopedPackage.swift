internal import PluginHost

/// A package that is being worked on.
struct DevelopedPackage: Sendable {
    let builder: PackageBuilder
    /// The directory of its targets below which products are plugins; `nil` for all.
    let scope: String?
    private(set) var description: PackageDescription
    private(set) var productDirectory: String

    /// Asks the package what it is made of; `nil` if that is not wanted any more.
    init?(builder: PackageBuilder, scope: String?) throws(CommandFailure) {
        self.builder = builder
        self.scope = scope
        guard let description = try builder.describe(), let directory = try builder.productDirectory() else {
            return nil
        }
        guard !description.plugins(below: scope).isEmpty else {
            throw .failed(
                "\(builder.directory): the package has no plugins: a plugin is a product such as "
                    + ".library(name: \"MyPlugin\", type: .dynamic, targets: [\"MyPlugin\"])"
            )
        }
        self.description = description
        productDirectory = directory
    }

    /// The products that are plugins.
    var products: [PackageDescription.Product] { description.plugins(below: scope) }

    /// The files of the products.
    var productFiles: [String] { products.map { "lib\($0.name).so" } }

    /// What the products are made from.
    var sources: SourceTree {
        SourceTree(
            directories: description.targets(of: products).map { "\(builder.directory)/\($0.path)" },
            files: ["\(builder.directory)/Package.swift"]
        )
    }

    /// The first source file of a product, as the user would name it.
    func firstSource(of product: PackageDescription.Product) -> String? {
        let targets = description.targets.filter { product.targets.contains($0.name) }
        return targets.first.flatMap { target in
            target.sources.first.map { "\(builder.directory)/\(target.path)/\($0)" }
        }
    }

    /// Builds the package and installs what has changed; the files that were installed, or `nil` if there are none to
    /// be had.
    func buildAndInstall(_ installer: ProductInstaller) throws(CommandFailure) -> (PackageBuilder.Outcome, [String]) {
        let outcome = try builder.build()
        guard outcome == .built else { return (outcome, []) }
        var installed: [String] = []
        for file in productFiles where try installer.install("\(productDirectory)/\(file)") { installed.append(file) }
        return (outcome, installed)
    }
}
