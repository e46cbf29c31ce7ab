import Testing

@testable import PluginHost

@Suite("Two configurations")
struct ConfigurationDifferencesTests {
    @Test("differ by keys as the file has them (HR-2)")
    func names() throws {
        func differences(_ first: String, _ second: String) throws -> [String] {
            func configuration(_ text: String) throws -> HostConfiguration {
                var result = HostConfiguration(pluginDirectories: ["p"], stateDirectory: "s")
                try ConfigurationFile.apply(Array(text.utf8), path: "host.json", to: &result)
                return result
            }
            return try configuration(second).differences(from: try configuration(first))
        }
        #expect(
            try differences(#"{"debounce":"1s"}"#, #"{"debounce":"2s","callTimeout":"5s"}"#) == [
                "debounce", "callTimeout",
            ]
        )
        #expect(
            try differences(#"{"strategy":"on-idle"}"#, #"{"strategy":"on-idle","debounce":"3s","idleBound":"7s"}"#)
                == ["debounce", "idleBound"]
        )
        #expect(try differences("{}", #"{"strategy":"manual"}"#) == ["strategy"])
        #expect(try differences("{}", "{}") == [])
    }
}
