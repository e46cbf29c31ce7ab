internal import Glibc
internal import LinuxSystem

/// Where the tools are that build plugins.
enum Toolchain {
    /// The path of `swift`, looked up as a shell does.
    static func swift(environment: [String: String]) -> String? {
        program("swift", environment: environment)
    }

    /// The path of a program, looked up as a shell does.
    static func program(_ name: String, environment: [String: String]) -> String? {
        let directories = environment["PATH", default: "/usr/local/bin:/usr/bin:/bin"].split(separator: ":")
        return directories.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    /// The package that a program was built in: the nearest directory above it that has a manifest and samples.
    static func package(around path: String) -> String? {
        var rest = Substring(path)
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            let isFound = ["Package.swift", "SamplePlugins"].allSatisfy { name in
                (try? FileStatus.of("\(rest)/\(name)")).flatMap { $0 } != nil
            }
            if isFound { return rest.isEmpty ? "/" : String(rest) }
        }
        return nil
    }
}
