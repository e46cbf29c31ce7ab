import Foundation
import TestSupport
import Testing

@testable import PluginHost

/// Which file is which plugin is said by what stands in the files.
@Suite("Plugins whose files change places", .limited, .timeLimit(.minutes(10)))
struct ExchangedFilesTests {
    private let shop: Workshop

    init() throws { shop = try Workshop() }

    enum Way: CaseIterable { case renames, contents }

    private func exchange(_ files: [String], _ way: Way) throws {
        let contents = try files.map { try Data(contentsOf: URL(fileURLWithPath: shop.path($0))) }
        switch way {
        case .renames:
            // Each takes the place of the one before it.
            try #require(rename(shop.path(files[0]), shop.path("aside.tmp")) == 0)
            for (file, place) in zip(files.dropFirst(), files) {
                try #require(rename(shop.path(file), shop.path(place)) == 0)
            }
            try #require(rename(shop.path("aside.tmp"), shop.path(files[files.count - 1])) == 0)
        case .contents:
            for (place, content) in zip(files, contents.dropFirst() + contents.prefix(1)) {
                try Workshop.write(content, to: shop.path(place))
            }
        }
    }

    @Test(
        "go on with their state, and none is set aside (HR-9)",
        arguments: [["a", "b"], ["a", "b", "c"]],
        Way.allCases
    )
    func goOn(ids: [String], way: Way) async throws {
        let files = ids.map { "lib\($0).so" }
        for (id, file) in zip(ids, files) { try shop.install("id=\(id)", as: file) }
        // What has lost its file is not given up before its new one was looked at, however busy the machine is.
        let configuration = shop.configuration { $0.removalGrace = .seconds(120) }
        try await TestHost.run(configuration) { test async throws in
            for (count, id) in ids.enumerated() { _ = try await test.call("increment", "\(count + 1)", of: id) }
            try exchange(files, way)
            let places = ids.indices.map { shop.path(files[($0 + ids.count - 1) % ids.count]) }
            try await test.until("each is found in its new file") {
                await test.host.status().plugins.map(\.path) == places
            }
            try await test.until("nothing is wrong with any") {
                await test.host.status().plugins.allSatisfy { $0.quarantine == nil && $0.lastError == nil }
            }
            #expect(await test.host.status().plugins.map(\.id) == ids)
            for (count, id) in ids.enumerated() {
                #expect(try await test.status(id).generation == 1)
                #expect(try await test.call("value", of: id) == "\(count + 1)")
            }
            #expect(test.events(.pluginRemoved).isEmpty)
            // Each follows its new file.
            try shop.install("id=\(ids[1]);tag=2", as: files[0])
            try await test.until(generation: 2, of: ids[1])
            #expect(try await test.call("value", of: ids[1]) == "2")
        }
        try await TestHost.run(configuration) { test async throws in
            for (count, id) in ids.enumerated() { #expect(try await test.call("value", of: id) == "\(count + 1)") }
        }
    }

    @Test("are still refused where one has only become a copy of the other")
    func copies() async throws {
        try shop.install("id=a")
        try shop.install("id=b", as: "libb.so")
        try await TestHost.run(shop.configuration()) { test async throws in
            try shop.install("id=b", as: "liba.so")
            try await test.until("it is set aside") { try await test.status("a").quarantine?.code == "conflict" }
            #expect(try await test.call("value", of: "a") == "0")
            #expect(try await test.status("b").path == shop.path("libb.so"))
        }
    }
}
