internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem

/// The plugins that are measured: products of this package, built as this program is.
struct Products: Sendable {
    static let names = ["Gauge", "SwiftGauge", "Listener"]
    private static let runnerName = "plugin-runner"

    /// Where this program and the plugins are.
    let directory: String

    /// The program that runs plugins in processes of their own.
    var runner: String { "\(directory)/\(Self.runnerName)" }

    /// The bytes of a product.
    func bytes(of name: String) throws -> [UInt8] {
        try OwnedFileDescriptor.open("\(directory)/lib\(name).so", flags: O_RDONLY).readToEnd()
    }

    /// Builds what is not there, or is older than its sources: `swift run` builds only what the program depends on, and a
    /// program that depended on two plugins would not link.
    static func prepare(say: (String) -> Void) throws(BenchmarkFailure) -> Products {
        guard let program = ProcessFacts.executable, let slash = program.lastIndex(of: "/") else {
            throw .failed("where this program is can't be told")
        }
        let products = Products(directory: String(program[..<slash]))
        guard let package = package(above: products.directory) else {
            // Somebody has taken the program elsewhere, with its plugins.
            try products.check()
            return products
        }
        for name in names where products.isOutdated(name, in: package) {
            say("building \(name)")
            try products.build(name, in: package)
        }
        if products.isRunnerOutdated(in: package) {
            say("building \(runnerName)")
            try products.build(runnerName, in: package)
        }
        try products.check()
        return products
    }

    private func check() throws(BenchmarkFailure) {
        for name in Self.names where access("\(directory)/lib\(name).so") == nil {
            throw .failed("\(directory): lib\(name).so is missing; run 'swift build' with this program's configuration")
        }
        guard access(runner) != nil else {
            throw .failed("\(runner) is missing; run 'swift build' with this program's configuration")
        }
    }

    private static func package(above path: String) -> String? {
        var rest = Substring(path)
        while let slash = rest.lastIndex(of: "/") {
            rest = rest[..<slash]
            if access("\(rest)/Package.swift") != nil, access("\(rest)/Tests/Fixtures/Gauge") != nil {
                return String(rest)
            }
        }
        return nil
    }

    private func access(_ path: String) -> FileStatus? { Self.access(path) }

    private static func access(_ path: String) -> FileStatus? {
        (try? FileStatus.of(path)).flatMap { $0 }
    }

    /// Whether a product has to be built, by the times of the files that it is made of.
    private func isOutdated(_ name: String, in package: String) -> Bool {
        isOutdated(
            "lib\(name).so",
            of: ["CPluginABI", "PluginSDK"].map { "Sources/\($0)" } + ["Tests/Fixtures/\(name)"],
            in: package
        )
    }

    private func isRunnerOutdated(in package: String) -> Bool {
        let targets = [
            "CPluginABI", "CLinux", "LinuxSystem", "PluginLoading", "RunnerProtocol", "RunnerSandbox", "PluginRunner",
        ]
        return isOutdated(Self.runnerName, of: targets.map { "Sources/\($0)" }, in: package)
    }

    private func isOutdated(_ file: String, of sources: [String], in package: String) -> Bool {
        guard let product = access("\(directory)/\(file)") else { return true }
        return sources.contains { source in
            let files = (try? FileManager.default.subpathsOfDirectory(atPath: "\(package)/\(source)")) ?? []
            return files.contains { file in
                guard let status = access("\(package)/\(source)/\(file)"), status.kind == .regular else { return false }
                return status.modified > product.modified
            }
        }
    }

    private func build(_ name: String, in package: String) throws(BenchmarkFailure) {
        // SCRATCH/TRIPLE/CONFIGURATION holds the program.
        let parts = directory.split(separator: "/")
        let configuration = parts.last.map(String.init) ?? ""
        let scratch = "/" + parts.dropLast(2).joined(separator: "/")
        var output: [UInt8] = []
        do throws(SystemCallError) {
            let process = try ChildProcess(
                executable: "/usr/bin/env",
                arguments: [
                    "swift", "build", "--package-path", package, "--scratch-path", scratch, "-c", configuration,
                    "--product", name,
                ],
                environment: ProcessFacts.environment
            )
            process.readOutput { output += $0 }
            guard try process.wait() != .exited(0) else { return }
        } catch {
            throw .failed("swift can't be run: \(error)")
        }
        throw .failed("\(name) can't be built:\n\(String(decoding: output.suffix(4096), as: UTF8.self))")
    }
}
