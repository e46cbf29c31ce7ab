import Foundation
import Testing

@testable import PluginHostCommands

@Suite("The documentation of the control socket")
struct ControlDocumentationTests {
    @Test("leaves no method out")
    func methods() throws {
        let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = checkout.appending(path: "Sources/PluginHostCommands/Documentation.docc/controlling-a-host.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(ControlDispatcher.methods.filter { !text.contains("`\($0)`") } == [])
    }
}
