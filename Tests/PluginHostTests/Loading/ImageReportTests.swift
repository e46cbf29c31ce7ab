import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A report says what a file is")
struct ImageReportTests {
    @Test("of a plugin: everything that can be told")
    func plugin() throws {
        let directory = try TemporaryDirectory()
        var builder = ImageBuilder()
        builder.manifest = ImageBuilder.record(swift: 60_301, flags: 1, schemas: (1, 3))
        let bytes = builder.build()
        let path = try directory.write(bytes, to: "plugin.so")
        let report = InspectionReport.of(path: path)
        #expect(report.isPlugin)
        #expect(report.verdict == "plugin")
        #expect(report.message == nil)
        #expect(report.path == path)
        #expect(report.size == bytes.count)
        #expect(report.build == SHA256(of: bytes).description)
        #expect(report.buildID == "deadbeef01020304")
        #expect(report.machine == ELFMachine.host.description)
        #expect(report.exportsFactory)
        #expect(report.manifest?.stateSchemaMaximum == 3)

        let json = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(InspectionReport.self, from: json) == report)
    }

    @Test("of a refused file: the code, the reason, and what can be told")
    func refused() throws {
        let directory = try TemporaryDirectory()
        var builder = ImageBuilder()
        builder.manifest = ImageBuilder.record(major: 9)
        let report = InspectionReport.of(path: try directory.write(builder.build(), to: "old.so"))
        #expect(report.verdict == "wrong-abi")
        #expect(report.message?.contains("version 9") == true)
        #expect(report.exportsFactory)
        #expect(report.build != nil)
        #expect(!report.isPlugin)
    }

    @Test("of what is no file, without waiting and without an error", .timeLimit(.minutes(10)))
    func noFiles() throws {
        let directory = try TemporaryDirectory()
        #expect(InspectionReport.of(path: directory.path + "/none.so").verdict == "not-found")
        #expect(InspectionReport.of(path: directory.path).message?.contains("a directory") == true)
        #expect(InspectionReport.of(path: "/dev/null").message?.contains("a device") == true)
        let pipe = directory.path + "/pipe.so"
        try #require(mkfifo(pipe, 0o600) == 0)
        #expect(InspectionReport.of(path: pipe).verdict == "not-a-plugin")

        let huge = try directory.write("", to: "huge.so")
        try #require(truncate(huge, off_t(ImageFile.largest) + 1) == 0)
        #expect(InspectionReport.of(path: huge).message?.contains("1024 MiB") == true)
    }

    @Test("of the machine's C library: the libraries that it needs")
    func needed() throws {
        let library = try #require(
            try Mappings.files().first { $0.hasSuffix("/libstdc++.so.6") || $0.contains("libswiftCore") }
        )
        #expect(InspectionReport.of(path: library).neededLibraries.contains("libc.so.6"))
    }
}
