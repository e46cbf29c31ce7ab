import Foundation
import LinuxSystem
import TestSupport
import Testing

@testable import PluginHost

@Suite("A file that is being written is told from a complete one (HR-9)")
struct ImageCompletenessTests {
    @Test("no beginning of a plugin is complete, and the whole is")
    func beginnings() throws {
        let directory = try TemporaryDirectory()
        let bytes = ImageBuilder().build()
        let path = try directory.write(bytes, to: "whole.so")
        #expect(try isComplete(path))
        for count in stride(from: 0, to: bytes.count, by: 7) + [19, 63, 64, 65, bytes.count - 1] {
            let part = try directory.write(Array(bytes.prefix(count)), to: "part.so")
            #expect(try !isComplete(part), "\(count) of \(bytes.count) bytes")
        }
    }

    @Test("is not complete before its segments are, wherever its section headers are")
    func segments() throws {
        let directory = try TemporaryDirectory()
        var bytes = ImageBuilder().build()
        bytes.put64(0, at: 40)
        bytes.put64(UInt64(bytes.count), at: ImageBuilder.Place.load + 32)
        #expect(try isComplete(directory.write(bytes, to: "a.so")))
        #expect(try !isComplete(directory.write(Array(bytes.dropLast()), to: "b.so")))
    }

    @Test("is told by program headers wherever they are", arguments: [1990, 2040, 70_000])
    func lateHeaders(place: Int) throws {
        let directory = try TemporaryDirectory()
        var bytes = ImageBuilder().build()
        let headers = bytes[ImageBuilder.Place.programHeaders..<ImageBuilder.Place.symbols]
        bytes += [UInt8](repeating: 0, count: place + headers.count - bytes.count)
        bytes.replaceSubrange(place..<place + headers.count, with: headers)
        bytes.put64(UInt64(place), at: 32)
        #expect(try isComplete(directory.write(bytes, to: "whole.so")))
        #expect(try !isComplete(directory.write(Array(bytes.prefix(place)), to: "short.so")))
        bytes.put64(UInt64(bytes.count) + 1, at: place + 32)
        #expect(try !isComplete(directory.write(bytes, to: "cut.so")))
    }

    @Test("hostile sizes are not complete")
    func hostile() throws {
        let directory = try TemporaryDirectory()
        for place in [40, ImageBuilder.Place.load + 8, ImageBuilder.Place.load + 32, 32] {
            var bytes = ImageBuilder().build()
            for value: UInt64 in [.max, .max - 63, 1 << 63, 1 << 62] {
                bytes.put64(value, at: place)
                #expect(try !isComplete(directory.write(bytes, to: "x.so")), "\(place)")
            }
        }
    }

    @Test("what is no ELF file is complete, and left to the inspection")
    func others() throws {
        let directory = try TemporaryDirectory()
        #expect(try isComplete(directory.write("hello", to: "text.so")))
        #expect(throws: SystemCallError.self) { try isComplete(directory.path) }
    }

    private func isComplete(_ path: String) throws -> Bool {
        try ImageCompleteness.isComplete(try OwnedFileDescriptor.open(path, flags: O_RDONLY))
    }
}
