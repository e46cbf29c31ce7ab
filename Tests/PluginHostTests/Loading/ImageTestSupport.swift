import Foundation
import LinuxSystem
import Testing

/// A program of the toolchain or of the machine.
struct Tool {
    let path: String

    /// Finds a program as a shell does; `nil` if it is not there.
    static func named(_ name: String) -> Tool? {
        let directories = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return directories.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
            .map(Tool.init)
    }

    /// Runs the program to its end and requires that it succeeds.
    func run(_ arguments: [String], in directory: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(path) \(arguments.joined(separator: " "))")
    }
}

/// What is mapped into this process.
enum Mappings {
    /// The files, by their paths.
    static func files() throws -> Set<String> {
        let file = try OwnedFileDescriptor.open("/proc/self/maps", flags: O_RDONLY)
        let text = String(decoding: try file.readToEnd(), as: UTF8.self)
        return Set(
            text.split(separator: "\n").compactMap { line in line.firstIndex(of: "/").map { String(line[$0...]) } }
        )
    }

    /// Whether the package's plugins were built: the short form of the sanitizers leaves them out, and nothing else does.
    ///
    /// That form is told by its directory: the checks for undefined behaviour leave no sign in a process.
    static var havePlugins: Bool { get throws { try bundle()?.contains("-short/") != true } }

    private static func bundle() throws -> String? {
        try files().first { $0.hasSuffix(".xctest") || $0.hasSuffix("-test-runner") }
    }

    /// The products that the package builds lie beside the test bundle.
    static func product(_ name: String) throws -> String? {
        guard let directory = try bundle().map({ URL(fileURLWithPath: $0).deletingLastPathComponent().path }) else {
            return nil
        }
        let path = directory + "/lib\(name).so"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
