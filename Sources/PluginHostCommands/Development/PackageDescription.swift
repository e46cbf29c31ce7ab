/// What `swift package describe` tells of a package.
struct PackageDescription: Hashable, Sendable, Decodable {
    /// A product.
    struct Product: Hashable, Sendable, Decodable {
        /// The kind: one key with details that only libraries have.
        struct Kind: Hashable, Sendable, Decodable {
            var library: [String]?
        }

        var name: String
        var targets: [String]
        var type: Kind

        var isDynamicLibrary: Bool { type.library?.contains("dynamic") ?? false }
    }

    /// A target.
    struct Target: Hashable, Sendable, Decodable {
        enum CodingKeys: String, CodingKey {
            case name, path, sources
            case dependencies = "target_dependencies"
        }

        var name: String
        var path: String
        var sources: [String]
        var dependencies: [String]?
    }

    var name: String
    var path: String
    var products: [Product]
    var targets: [Target]

    /// The products that may be plugins: all dynamic libraries, or only those made from targets below a directory.
    func plugins(below directory: String?) -> [Product] {
        products.filter { product in
            guard product.isDynamicLibrary, let directory else { return product.isDynamicLibrary }
            return product.targets.allSatisfy { name in
                targets.contains { $0.name == name && $0.path.hasPrefix("\(directory)/") }
            }
        }
    }

    /// The targets that products are made from, those that they depend on included.
    func targets(of products: [Product]) -> [Target] {
        var waiting = products.flatMap(\.targets)
        var found: [String: Target] = [:]
        while let name = waiting.popLast() {
            guard found[name] == nil, let target = targets.first(where: { $0.name == name }) else { continue }
            found[name] = target
            waiting += target.dependencies ?? []
        }
        return targets.filter { found[$0.name] != nil }
    }
}
