import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("Real files are judged, and none of them is mapped (PL-1)")
struct ImageFilesTests {
    /// The libraries of the machine, each content once; links are passed over.
    private static let systemLibraries: [String] = {
        var inodes: Set<UInt64> = []
        var found: [String] = []
        for directory in ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"] {
            let files = FileManager.default.enumerator(atPath: directory)
            while let name = files?.nextObject() as? String {
                guard name.contains(".so"),
                    let status = try? FileStatus.of("\(directory)/\(name)", followingLinks: false),
                    status.kind == .regular, inodes.insert(status.inode).inserted
                else { continue }
                found.append("\(directory)/\(name)")
            }
        }
        return found
    }()

    @Test("refuses every library of the machine for the want of a factory, and maps none", .timeLimit(.minutes(10)))
    func systemLibraries() throws {
        let before = try Mappings.files()
        var looked: Set<String> = []
        for path in Self.systemLibraries {
            let bytes = try ImageFile.read(path)
            do throws(PluginError) {
                _ = try ImageInspector.inspect(bytes, path: path)
                Issue.record("\(path) was taken for a plugin")
            } catch {
                let isLibrary = bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46])
                #expect(
                    error.code == (isLibrary ? .noFactory : .notAPlugin) || error.message.contains("nodlopen"),
                    "\(error)"
                )
                #expect(error.message.hasPrefix(path))
            }
            looked.insert(path)
        }
        #expect(!looked.isEmpty)
        // Other tests may load other things meanwhile.
        #expect(try Mappings.files().subtracting(before).isDisjoint(with: looked))
    }

    @Test(
        "takes each of the plugins that this package builds",
        .enabled(if: try Mappings.havePlugins, "the plugins were not built"),
        arguments: ["Counter", "Greeter", "WordCount", "Reverse"]
    )
    func samples(name: String) throws {
        let path = try #require(try Mappings.product(name))
        let report = InspectionReport.of(path: path)
        #expect(report.isPlugin, "\(report.message ?? "")")
        #expect(report.manifest?.abiMajor == 1)
        #expect(report.manifest?.isSwift == (name != "Reverse"))
        #expect((report.manifest?.swiftVersion != nil) == (name != "Reverse"))
    }

    @Test("says of a Swift function that is not public why it is not found", .enabled(if: Tool.named("swiftc") != nil))
    func internalFactory() throws {
        let swiftc = try #require(Tool.named("swiftc"))
        let directory = try TemporaryDirectory()
        let options = ["-O", "-emit-library", "-module-cache-path", "modules", "-o", "libp.so", "p.swift"]
        for (access, isPlugin) in [("public", true), ("internal", false)] {
            let source = "@c @inline(never) \(access) func ph_plugin_factory() -> UnsafeRawPointer? { nil }\n"
            _ = try directory.write(
                source + "public func other() -> Bool { ph_plugin_factory() == nil }",
                to: "p.swift"
            )
            try swiftc.run(options, in: directory.path)
            let report = InspectionReport.of(path: directory.path + "/libp.so")
            #expect(report.isPlugin == isPlugin)
            #expect(report.exportsFactory == isPlugin)
            #expect(isPlugin || report.message?.contains("make the function public") == true)
        }
    }

    @Test("finds nothing that could not be loaded in libraries that can be", .timeLimit(.minutes(10)))
    func loadable() throws {
        for path in Self.systemLibraries {
            guard let image = try? ELFImage(try ImageFile.read(path)), image.header.machine == .host,
                image.header.kind == .sharedObject
            else { continue }
            #expect(throws: Never.self, "\(path)") { try image.checkLoading(try ELFDynamicTable(image)) }
        }
    }
}
