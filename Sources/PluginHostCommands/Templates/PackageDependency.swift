internal import LinuxSystem

/// Where a new package gets the SDK from.
enum PackageDependency: Hashable, Sendable {
    /// A checkout on this machine, which needs no network.
    case path(String)
    /// A repository.
    case repository(String)

    /// The variable that names it where no option does.
    static let variable = "PLUGIN_HOST_PACKAGE"

    /// Decides by an option, by the environment, or by where this program was built.
    static func find(option: String?, in program: ProgramEnvironment) throws(CommandFailure) -> PackageDependency {
        if let named = option ?? program.variables[variable].flatMap({ $0.isEmpty ? nil : $0 }) {
            return try PackageDependency(named, in: program.currentDirectory)
        }
        let around = [program.executable, program.currentDirectory + "/-"].compactMap { $0 }
        guard let path = around.lazy.compactMap(Toolchain.package(around:)).first(where: isCheckout) else {
            throw .usage(
                "the package swift-plugin-host, which a plugin is built with, is not found around this program: "
                    + "give --package with the path of a checkout, or with the URL of a repository"
            )
        }
        return .path(path)
    }

    /// Takes a URL for a repository, and anything else for a path.
    private init(_ named: String, in directory: String) throws(CommandFailure) {
        guard !named.contains("://"), !named.hasPrefix("git@") else {
            guard named.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
            else { throw .usage("--package: '\(named)' is no URL") }
            self = .repository(named)
            return
        }
        let path = Self.normalised(named.hasPrefix("/") ? named : "\(directory)/\(named)")
        guard Self.isCheckout(path) else {
            throw .usage("--package: \(path) is no checkout of swift-plugin-host: there is no Sources/PluginSDK in it")
        }
        self = .path(path)
    }

    /// Whether a directory is the package of this program.
    private static func isCheckout(_ path: String) -> Bool {
        ["Package.swift", "Sources/PluginSDK", "Sources/PluginTesting"].allSatisfy { name in
            (try? FileStatus.of("\(path)/\(name)")).flatMap { $0 } != nil
        }
    }

    /// A path without `.`, `..` and double slashes; links are not looked at.
    static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// The dependency as a manifest says it, with how to change it.
    var lines: [String] {
        switch self {
        case .path(let path):
            [
                "// A checkout on this machine, so that building needs no network. If it moves, change the path; to use a",
                "// repository, write .package(url: \"https://…/swift-plugin-host\", branch: \"main\") instead.",
                ".package(name: \"swift-plugin-host\", path: \(Self.quoted(path)))",
            ]
        case .repository(let url):
            [
                "// To use a checkout on this machine, write .package(name: \"swift-plugin-host\", path: \"…\") instead.",
                ".package(url: \"\(url)\", branch: \"main\")",
            ]
        }
    }

    /// What products of the package are found under.
    var identity: String {
        guard case .repository(let url) = self else { return "swift-plugin-host" }
        let last = url.split(separator: "/").last.map(String.init) ?? url
        return last.hasSuffix(".git") ? String(last.dropLast(4)) : last
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 32: quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
