import Foundation
import LinuxSystem
@testable import PluginHostCommands
import Testing

@Suite("The templates of new plugins")
struct TemplateTests {
    private static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let dependency = PackageDependency.path("/a/swift-plugin-host")

    private static func files(_ template: PackageTemplate, _ name: String = "weather-report") throws -> [TemplateFile] {
        template.files(try TemplateNames(name), dependency, program: "/a/plugin-host")
    }

    @Test(
        "have a name, an id and a title, all made from one",
        arguments: [
            ("weather-report", "WeatherReport", "weather-report", "Weather report"),
            ("WeatherReport", "WeatherReport", "weather-report", "Weather report"),
            ("weather_report", "WeatherReport", "weather-report", "Weather report"),
            ("HTTPServer2go", "HttpServer2go", "http-server2go", "Http server2go"),
            ("a", "A", "a", "A"),
            ("A-1--b_", "A1B", "a-1-b", "A 1 b"),
        ]
    )
    func names(name: String, module: String, id: String, title: String) throws {
        let names = try TemplateNames(name)
        #expect(names.module == module)
        #expect(names.id == id)
        #expect(names.title == title)
        #expect(names.snake == id.replacing("-", with: "_"))
    }

    @Test(
        "refuse what can't be the name of a module",
        arguments: [
            "", "1st", "-a", "_a", "a b", "a.b", "a/b", "../a", "für", "a\u{1B}[31m", "plugin", "Event", "swift",
            "testing",
            "plugin-sdk", "self", String(repeating: "a", count: 33),
        ]
    )
    func refusesNames(name: String) {
        let failure = #expect(throws: CommandFailure.self) { try TemplateNames(name) }
        #expect(failure?.status == 2)
        #expect(failure?.message?.contains("can't be the name of a plugin") == true)
        #expect(failure?.message?.contains("\u{1B}") == false)
    }

    @Test("leave no placeholder, no long line and no space at an end", arguments: PackageTemplate.allCases)
    func isClean(template: PackageTemplate) throws {
        let files = try Self.files(template, String(repeating: "abcdefgh", count: 4))
        #expect(files.contains { $0.path == "README.md" })
        #expect(Set(files.map(\.path)).count == files.count)
        for file in files {
            #expect(file.text.hasSuffix("\n") && !file.text.hasSuffix("\n\n"), "\(file.path)")
            #expect(!file.path.hasPrefix("/") && !file.path.contains(".."))
            for line in file.text.split(separator: "\n") {
                // README's table has one line a row.
                #expect(line.count <= 120 || file.path == "README.md", "\(file.path): \(line)")
                #expect(line.last != " ", "\(file.path): \(line)")
                #expect(!line.contains("\\(") || file.path.hasPrefix("Sources"), "\(file.path): \(line)")
                #expect(!line.contains("names.") && !line.contains("TODO"), "\(file.path): \(line)")
            }
        }
    }

    @Test("say the three commands to go on with", arguments: PackageTemplate.allCases)
    func tellsHowToGoOn(template: PackageTemplate) throws {
        let readme = try #require(try Self.files(template).first { $0.path == "README.md" }).text
        #expect(readme.contains(template.isSwiftPackage ? "\nswift test " : "\n./test "))
        #expect(readme.contains(template.isSwiftPackage ? "\nplugin-host dev . " : "plugin-host run\n"))
        #expect(readme.contains("weather-report") || readme.contains("weather_report"))
        #expect(readme.contains("/a/plugin-host"))
    }

    @Test(
        "are formatted, also under a long name",
        .enabled(if: Toolchain.swift(environment: ProcessFacts.environment) != nil, "needs swift format"),
        .timeLimit(.minutes(10)),
        arguments: ["a", "weather-report", "abcdefghijklmnopqrstuvwxyzabcdef"]
    )
    func isFormatted(name: String) throws {
        let directory = try TemporaryDirectory()
        for template in PackageTemplate.allCases where template.isSwiftPackage {
            try NewPackage(
                directory: "\(directory.path)/\(template.rawValue)",
                files: try Self.files(template, name)
            ).write()
        }
        let swift = try #require(Toolchain.swift(environment: ProcessFacts.environment))
        let process = try ChildProcess(
            executable: swift,
            arguments: ["format", "lint", "--strict", "--recursive", directory.path],
            environment: ProcessFacts.environment
        )
        var output: [UInt8] = []
        process.readOutput { output += $0 }
        #expect(try process.wait() == .exited(0), "\(String(decoding: output, as: UTF8.self))")
    }

    @Test("in Rust is the sample under another name")
    func rustIsTheSample() throws {
        let files = try Self.files(.rust, "rust-counter")
        for name in ["rust_counter.rs", "build"] {
            let sample = Self.checkout.appending(path: "SamplePlugins/RustCounter/\(name)")
            let file = try #require(files.first { $0.path == name })
            #expect(try String(contentsOf: sample, encoding: .utf8) == file.text)
        }
        let other = try Self.files(.rust).map(\.text).joined()
        #expect(!other.contains("ounter-") && !other.contains("rust_counter") && !other.contains("Rust counter"))
    }

    @Test("in Rust is what its guide shows")
    func rustGuideIsTheSample() throws {
        let guide = Self.checkout.appending(path: "Sources/PluginSDK/Documentation.docc/writing-a-plugin-in-rust.md")
        let sample = Self.checkout.appending(path: "SamplePlugins/RustCounter/rust_counter.rs")
        var pieces: [String] = []
        var isInside = false
        for line in try String(contentsOf: guide, encoding: .utf8).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            switch line {
            case "```rust":
                isInside = true
                pieces.append("")
            case "```": isInside = false
            default: if isInside { pieces[pieces.count - 1] += line + "\n" }
            }
        }
        #expect(try pieces.joined(separator: "\n") == String(contentsOf: sample, encoding: .utf8))
    }

    @Test("name the package by path or by URL")
    func dependencies() throws {
        let odd = PackageDependency.path("/a \"b\"\\c")
        #expect(odd.lines.last == #".package(name: "swift-plugin-host", path: "/a \"b\"\\c")"#)
        let repository = PackageDependency.repository("https://example.org/forks/my-host.git")
        #expect(repository.lines.last == #".package(url: "https://example.org/forks/my-host.git", branch: "main")"#)
        #expect(repository.identity == "my-host")
        let manifest = ManifestTemplate.file(try TemplateNames("a"), repository, isC: false).text
        #expect(manifest.contains(#".product(name: "PluginTesting", package: "my-host")"#))
        #expect(PackageDependency.normalised("/a/./b/../c//d/") == "/a/c/d")
        #expect(PackageDependency.normalised("/..") == "/")
    }
}
