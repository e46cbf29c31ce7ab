import CPluginABI
import Foundation
import Testing

/// The contract is frozen (PL-1): plugins of before are still loaded.
///
/// What is compared is a file of every size, offset and number. After something was *added*, it is written anew with
/// `PLUGIN_HOST_RECORD_GOLDEN=1 swift test --filter LayoutTests`, and its diff has only lines that are new.
@Suite("The layout of the plugin ABI")
struct LayoutTests {
    private static let goldenFile = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent()
        .appendingPathComponent("Golden/abi-layout.txt")

    private static var actual: String {
        var lines: [String] = []
        for layout in Layout.all {
            lines.append("\(layout.name) size \(layout.size)")
            lines += layout.fields.map { "\(layout.name).\($0.name) offset \($0.offset) size \($0.size)" }
        }
        lines += Constants.all.map { "\($0.name) = \($0.value)" }
        lines.append("PH_FACTORY_SYMBOL = \(PH_FACTORY_SYMBOL)")
        lines.append("PH_MANIFEST_SECTION = \(PH_MANIFEST_SECTION)")
        lines += Constants.names.map { "\($0.name) = \($0.value)" }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("is the one of the golden file (PL-1)")
    func isFrozen() throws {
        if ProcessInfo.processInfo.environment["PLUGIN_HOST_RECORD_GOLDEN"] == "1" {
            try Self.actual.write(to: Self.goldenFile, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: Self.goldenFile, encoding: .utf8)
        // Line by line, so that a failure shows which one it is.
        let expected = golden.split(separator: "\n")
        let actual = Self.actual.split(separator: "\n")
        for (expected, actual) in zip(expected, actual) {
            #expect(expected == actual)
        }
        #expect(expected.count == actual.count)
    }

    @Test("has no gaps, and so no field that this list forgets", arguments: Layout.all.map(\.name))
    func hasNoGaps(name: String) throws {
        let layout = try #require(Layout.all.first { $0.name == name })
        var end = 0
        for field in layout.fields {
            #expect(field.offset == end, "before \(field.name)")
            end = field.offset + field.size
        }
        #expect(end == layout.size)
    }
}
