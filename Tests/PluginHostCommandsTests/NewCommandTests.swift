import Foundation
import Glibc
import LinuxSystem
@testable import PluginHostCommands
import Testing

@Suite("The command new")
struct NewCommandTests {
    private let directory: TemporaryDirectory
    private let captured = CapturedOutput()
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func new(_ words: String...) async -> Int32 {
        let program = ProgramEnvironment(
            variables: ["PLUGIN_HOST_PACKAGE": Self.checkout],
            streams: captured.streams(),
            currentDirectory: directory.path,
            makeHost: { _, _ in HostDouble() },
            untilTerminated: {}
        )
        return await CommandLineTool.run(["new"] + words, in: program)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(directory.path)/\(name)", encoding: .utf8)
    }

    private func names() throws -> [String] { try Directory.names(directory.path).sorted() }

    @Test("makes a package where one is, and says how to go on")
    func makes() async throws {
        #expect(await new("weather-report") == 0)
        #expect(captured.error.isEmpty)
        #expect(
            captured.output.hasPrefix(
                "made a plugin whose state survives reloads: weather-report, 6 files in weather-report"
            )
        )
        #expect(captured.output.contains("  (cd weather-report && swift test)\n"))
        #expect(captured.output.contains("  plugin-host dev weather-report\n"))
        #expect(captured.output.hasSuffix("  plugin-host call weather-report note hello\n"))
        #expect(try names() == ["weather-report"])
        #expect(try text("weather-report/Package.swift").contains("path: \"\(Self.checkout)\""))
        #expect(try text("weather-report/Sources/WeatherReport/WeatherReport.swift").contains("id: \"weather-report\""))
    }

    @Test("makes each kind", arguments: PackageTemplate.allCases)
    func makesEach(template: PackageTemplate) async throws {
        #expect(await new("mine", "--template", template.rawValue, "--directory", "./there/../here/") == 0)
        #expect(try names() == ["here"])
        for file in ["README.md", ".gitignore"] { #expect(try !text("here/\(file)").isEmpty) }
        if template == .rust {
            #expect(access("\(directory.path)/here/build", X_OK) == 0)
            #expect(access("\(directory.path)/here/test", X_OK) == 0)
        } else {
            #expect(try text("here/.swift-format").contains("120"))
        }
    }

    @Test("leaves alone what is there already")
    func leavesAlone() async throws {
        try directory.write("mine", to: "tally")
        #expect(await new("tally") == 1)
        #expect(captured.error.contains("\(directory.path)/tally is there already, and nothing was changed"))
        #expect(try text("tally") == "mine")
        #expect(symlink("/nowhere", "\(directory.path)/link") == 0)
        #expect(await new("tally", "--directory", "link") == 1)
        #expect(mkdir("\(directory.path)/empty", 0o755) == 0)
        #expect(await new("tally", "--directory", "empty") == 1)
        #expect(try names() == ["empty", "link", "tally"])
        #expect(captured.output.isEmpty)
    }

    @Test("leaves nothing half done behind")
    func leavesNothing() async throws {
        #expect(await new("tally", "--directory", "none/tally") == 1)
        #expect(captured.error.contains("there is no directory \(directory.path)/none; make it first"))
        let files = [TemplateFile("a/b", "x"), TemplateFile("a", "x")]
        let package = NewPackage(directory: "\(directory.path)/broken", files: files)
        let failure = #expect(throws: CommandFailure.self) { try package.write() }
        #expect(failure?.status == 1)
        #expect(try names() == [])
    }

    @Test("says that a directory can't be written to", .enabled(if: geteuid() != 0, "root may write anywhere"))
    func saysReadOnly() async throws {
        #expect(chmod(directory.path, 0o500) == 0)
        #expect(await new("tally") == 1)
        #expect(captured.error.contains("\(directory.path) can't be written to"))
        #expect(chmod(directory.path, 0o700) == 0)
    }

    @Test("refuses what it does not understand, with what would be right")
    func refuses() async {
        #expect(await new() == 2)
        #expect(await new("1st") == 2)
        #expect(await new("tally", "--template", "statefull") == 2)
        #expect(captured.error.contains("there is no template statefull: there are basic, stateful, action"))
        #expect(captured.error.contains("did you mean stateful?"))
        #expect(await new("tally", "--package", "nowhere") == 2)
        #expect(captured.error.contains("\(directory.path)/nowhere is no checkout of swift-plugin-host"))
        #expect(await new("tally", "--package", "https://example.org/\"") == 2)
    }

    @Test("needs to know where the package is, but for Rust")
    func needsPackage() async throws {
        let program = ProgramEnvironment(
            variables: [:],
            streams: captured.streams(),
            currentDirectory: directory.path,
            makeHost: { _, _ in HostDouble() },
            untilTerminated: {}
        )
        #expect(await CommandLineTool.run(["new", "tally"], in: program) == 2)
        #expect(captured.error.contains("give --package with the path of a checkout"))
        #expect(await CommandLineTool.run(["new", "tally", "--template", "rust"], in: program) == 0)
        #expect(try names() == ["tally"])
    }

    @Test("takes a repository for the package")
    func takesRepository() async throws {
        #expect(await new("tally", "--package", "https://example.org/swift-plugin-host") == 0)
        #expect(
            try text("tally/Package.swift").contains(
                #".package(url: "https://example.org/swift-plugin-host", branch: "main")"#
            )
        )
    }
}
