import Foundation
import TestSupport
import Testing

@testable import PluginHost

/// Field notes, "Swift images on Linux", 3: a struct of C is one type per process, by name.
@Suite("C structs whose layouts differ are found before loading", .enabled(if: Tool.named("swiftc") != nil))
struct ImageStructLayoutTests {
    private static let source = """
        import Structs
        nonisolated(unsafe) var settings: [cfg_t] = []
        nonisolated(unsafe) var points: [point_t] = []
        nonisolated(unsafe) var words: [repeated_repeated] = []
        @c public func ph_plugin_factory() -> UnsafeRawPointer? {
            settings.append(cfg_t())
            points.append(point_t())
            words.append(repeated_repeated())
            let any: [Any] = [words, settings, points]
            return any.count == 7 ? UnsafeRawPointer(bitPattern: 16) : nil
        }
        """

    private static func header(_ fields: String) -> String {
        """
        typedef struct cfg { \(fields) } cfg_t;
        typedef struct { double x, y; } point_t;
        struct repeated_repeated { char c[3]; };
        """
    }

    /// Compiles one generation of a plugin and inspects it.
    private func image(
        _ fields: String,
        _ options: [String],
        in directory: borrowing TemporaryDirectory
    ) throws -> InspectedImage {
        let swiftc = try #require(Tool.named("swiftc"))
        _ = try directory.write(Self.header(fields), to: "structs.h")
        _ = try directory.write("module Structs { header \"structs.h\" export * }", to: "module.modulemap")
        _ = try directory.write(Self.source, to: "plugin.swift")
        let path = directory.path + "/libplugin.so"
        let modules = directory.path + "/modules"
        let arguments =
            ["-emit-library", "-I", directory.path, "-module-cache-path", modules, "-o", path, "plugin.swift"] + options
        try swiftc.run(arguments, in: directory.path)
        return try ImageInspector.inspect(try ImageFile.read(path), path: path)
    }

    @Test(
        "in debug and optimised builds, stripped, and without reflection",
        .timeLimit(.minutes(10)),
        arguments: [
            ["-Onone"], ["-O"], ["-O", "-Xlinker", "-s"], ["-O", "-use-ld=lld"],
            ["-O", "-Xfrontend", "-disable-reflection-metadata"],
        ]
    )
    func generations(options: [String]) throws {
        let first = try image("int a;", options, in: TemporaryDirectory())
        let second = try image("int a; long b; int c;", options, in: TemporaryDirectory())
        #expect(first.structLayouts["cfg"] == StructLayout(size: 4, stride: 4, alignment: 4))
        #expect(second.structLayouts["cfg"] == StructLayout(size: 24, stride: 24, alignment: 8))
        #expect(first.structLayouts["point_t"] == StructLayout(size: 16, stride: 16, alignment: 8))
        let word = first.structLayouts["repeated_repeated"] ?? first.structLayouts["09repeated_A0"]
        #expect(word == StructLayout(size: 3, stride: 3, alignment: 1))

        var registry = StructLayoutRegistry()
        #expect(registry.conflicts(with: first).isEmpty)
        registry.add(first)
        #expect(registry.conflicts(with: first).isEmpty)
        let conflicts = registry.conflicts(with: second)
        #expect(conflicts.map(\.name) == ["cfg"])
        #expect(conflicts.first?.loadedFrom == first.path)

        // The first to bring a struct is remembered, whatever is added later.
        registry.add(second)
        let error = try #require(throws: PluginError.self) { try registry.check(second) }
        #expect(error.code == .layoutConflict)
        for part in [second.path, first.path, "cfg", "4 bytes", "24 bytes", "cfg_v2"] {
            #expect(error.message.contains(part), "\(error.message)")
        }
    }

    @Test("an image in C has none", .enabled(if: try Mappings.havePlugins, "the plugins were not built"))
    func plainC() throws {
        let path = try #require(try Mappings.product("Reverse"))
        #expect(InspectionReport.of(path: path).structLayouts.isEmpty)
    }

    @Test(
        "names are taken out of the symbols of their tables",
        arguments: [
            ("$sSo3cfgVWV", "cfg"), ("$sSo6anon_taWV", "anon_t"), ("$sSo06point_A0VWV", "06point_A0"),
            ("$sSo3cfgVMa", nil),
            ("$sSo4cfgVWV", nil), ("$sSoVWV", nil), ("$s4Main3cfgVWV", nil), ("$sSo99999999999999999999cfgVWV", nil),
        ] as [(String, String?)]
    )
    func names(symbol: String, name: String?) {
        #expect(StructLayoutReader.structName(ofWitnessTable: symbol) == name)
    }
}
