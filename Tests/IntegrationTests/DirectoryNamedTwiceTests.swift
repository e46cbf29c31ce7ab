import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite("A plugin directory that is named twice", .limited, .timeLimit(.minutes(10)))
struct DirectoryNamedTwiceTests {
    @Test("is one directory, however it is spelled (HR-10)", arguments: ["/plugins/", "/x/../plugins", "/link"])
    func spelling(way: String) async throws {
        let shop = try Workshop()
        try FileManager.default.createDirectory(atPath: shop.root + "/x", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: shop.root + "/link", withDestinationPath: "plugins")
        try shop.install("id=a")
        let configuration = shop.configuration { $0.pluginDirectories.append(shop.root + way) }
        try await TestHost.run(configuration) { test async throws in
            #expect(await test.host.status().plugins.map(\.path) == [shop.path("liba.so")])
            try shop.install("id=b", as: "libb.so")
            try shop.install("id=a;tag=2")
            try await test.until(generation: 1, of: "b")
            try await test.until(generation: 2)
            try shop.remove("libb.so")
            try await test.until(.pluginRemoved)
            #expect(await test.host.status().plugins.map(\.id) == ["a"])
            #expect(!test.log.contains { $0.level == .error }, "\(test.log.map(\.message))")
        }
    }

    @Test("is two again when the link leads elsewhere (HR-10)")
    func retargeted() async throws {
        let shop = try Workshop()
        let (other, link) = (shop.root + "/other", shop.root + "/link")
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "plugins")
        try shop.install("id=a")
        try Workshop.write(try Workshop.adaptable("id=b"), to: other + "/libb.so")
        // The link goes first: what it leads to at first is the second's as soon as it leads elsewhere.
        let configuration = shop.configuration { $0.pluginDirectories = [link, shop.plugins] }
        try await TestHost.run(configuration) { test async throws in
            #expect(await test.host.status().plugins.map(\.path) == [link + "/liba.so"])
            try FileManager.default.createSymbolicLink(atPath: link + ".new", withDestinationPath: "other")
            try #require(rename(link + ".new", link) == 0)
            try await test.until("both are there") {
                let plugins = await test.host.status().plugins
                return plugins.map(\.path) == [shop.path("liba.so"), link + "/libb.so"]
                    && plugins.allSatisfy { $0.state == "running" }
            }
            #expect(try await test.call("value", of: "a") == "0")
            #expect(try await test.call("value", of: "b") == "0")
        }
    }
}
