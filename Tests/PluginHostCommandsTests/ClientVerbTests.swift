import Testing

@testable import PluginHostCommands

@Suite("A command for a running host")
struct ClientVerbTests {
    @Test(
        "that reaches none says what helps",
        arguments: [
            ("Permission denied", "as the user that the host runs as"),
            ("No such file or directory", "Start one with plugin-host run"),
        ]
    )
    func noHost(reason: String, remedy: String) {
        let failure = ClientVerb.failure(.noHost(path: "/run/s", reason: reason))
        #expect(failure.status == 3)
        #expect(failure.message?.contains(remedy) == true, "\(failure.message ?? "")")
    }
}
