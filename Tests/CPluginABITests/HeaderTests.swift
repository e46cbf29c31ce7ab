import Foundation
import Testing

/// The header is the whole contract, for every compiler (PL-1).
@Suite("The header of the plugin ABI")
struct HeaderTests {
    private static let include = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Sources/CPluginABI/include")

    @Test(
        "compiles alone",
        .enabled("the compiler is installed") { HeaderTests.isInstalled("clang") },
        .timeLimit(.minutes(10)),
        arguments: [["-x", "c", "-std=c11"], ["-x", "c++", "-std=c++17"]]
    )
    func compilesWithClang(language: [String]) throws {
        let complaint = try Self.compile("clang", language + ["-Wno-nullability-extension"])
        #expect(complaint == "", "\(complaint)")
    }

    @Test(
        "compiles alone with GCC",
        .enabled("the compiler is installed") { HeaderTests.isInstalled("gcc") },
        .timeLimit(.minutes(10)),
        arguments: [["-x", "c", "-std=c11"], ["-x", "c++", "-std=c++17"]]
    )
    func compilesWithGCC(language: [String]) throws {
        let complaint = try Self.compile("gcc", language)
        #expect(complaint == "", "\(complaint)")
    }

    /// Compiles the header and nothing else, and gives what the compiler says.
    private static func compile(_ compiler: String, _ arguments: [String]) throws -> String {
        let header = include.appendingPathComponent("plugin_abi.h").path
        let (status, output) = try run(
            [compiler, "-Wall", "-Wextra", "-Wpedantic", "-Werror"] + arguments + ["-fsyntax-only", header]
        )
        return status == 0 ? "" : output
    }

    private static func isInstalled(_ compiler: String) -> Bool {
        (try? run([compiler, "--version"]).status) == 0
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
