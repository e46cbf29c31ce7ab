import Testing

@testable import PluginHostCommands

@Suite("The choice of a supervisor")
struct SupervisionChoiceTests {
    private func isSupervised(_ words: [String], _ variables: [String: String] = [:]) -> Bool {
        SupervisionChoice(words: words, variables: variables, process: 40, parent: 30).supervised != nil
    }

    @Test("is made for run and dev, unless the user says otherwise or asks for help")
    func words() {
        #expect(isSupervised(["run"]))
        #expect(isSupervised(["run", "--plugins", "a", "--log-format", "json"]))
        #expect(isSupervised(["dev"]))
        #expect(isSupervised(["dev", "../package"]))
        for words in [
            ["run", "--no-supervise"], ["run", "--help"], ["dev", "--no-supervise"], ["status"], [], ["--version"],
            ["run", "--nonsense"],
            ["help", "run"],
        ] { #expect(!isSupervised(words), "\(words)") }
    }

    @Test("is not made for a host that is supervised already")
    func child() {
        #expect(!isSupervised(["run"], ["PLUGIN_HOST_SUPERVISED": "30"]))
        // It was inherited from further away.
        #expect(isSupervised(["run"], ["PLUGIN_HOST_SUPERVISED": "29"]))
        #expect(isSupervised(["run"], ["PLUGIN_HOST_SUPERVISED": ""]))
    }

    @Test("leaves a service to the service manager, but not what a service has started")
    func services() {
        #expect(!isSupervised(["run"], ["INVOCATION_ID": "a"]))
        #expect(!isSupervised(["run"], ["NOTIFY_SOCKET": "/run/n"]))
        #expect(!isSupervised(["run"], ["INVOCATION_ID": "a", "SYSTEMD_EXEC_PID": "40"]))
        #expect(isSupervised(["run"], ["INVOCATION_ID": "a", "SYSTEMD_EXEC_PID": "17"]))
    }
}
