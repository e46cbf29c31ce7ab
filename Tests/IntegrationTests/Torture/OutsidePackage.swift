import Foundation

/// A package of somebody else's, with one plugin in C, whose products a host watches.
struct OutsidePackage {
    private let root: String
    private let configuration: String

    /// The directory into which `swift build` writes.
    var products: String { "\(root)/.build/\(configuration)" }
    var product: String { products + "/libOutside.so" }
    /// The command that builds the package.
    var build: String { "cd '\(root)' && swift build -c \(configuration) --disable-sandbox" }

    /// Makes the package out of the sources of the fixture.
    init(in shop: Workshop, configuration: String) throws {
        root = shop.root + "/outside"
        self.configuration = configuration
        let manager = FileManager.default
        let sources = root + "/Sources/Outside"
        try manager.createDirectory(atPath: sources + "/include", withIntermediateDirectories: true)
        let checkout = #filePath.components(separatedBy: "/Tests/IntegrationTests/")[0]
        for directory in ["Adaptable", "Behaviour", "Behaviour/include"].map({ "\(checkout)/Tests/Fixtures/\($0)" }) {
            for file in try manager.contentsOfDirectory(atPath: directory) where file != "include" {
                try manager.copyItem(atPath: "\(directory)/\(file)", toPath: "\(sources)/\(file)")
            }
        }
        try manager.copyItem(
            atPath: checkout + "/Sources/CPluginABI/include/plugin_abi.h",
            toPath: sources + "/include/plugin_abi.h"
        )
        let manifest = """
            // swift-tools-version: 6.0
            import PackageDescription
            let package = Package(
                name: "outside",
                products: [.library(name: "Outside", type: .dynamic, targets: ["Outside"])],
                targets: [.target(name: "Outside")]
            )
            """
        try Workshop.write(Data(manifest.utf8), to: root + "/Package.swift")
        try write(tag: "1")
    }

    /// Changes the source, so that the next build is another one.
    func write(tag: String) throws {
        let path = root + "/Sources/Outside/behaviour.c"
        var source = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        let start = "PH-ADAPTABLE:"
        source = source.components(separatedBy: "\n").map { line in
            guard let place = line.range(of: start) else { return line }
            return line[..<place.upperBound] + "id=a;version=1.0.0;tag=\(tag)\";"
        }.joined(separator: "\n")
        try Workshop.write(Data(source.utf8), to: path)
    }
}
