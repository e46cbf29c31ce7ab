import PluginHostCommands
import Testing

@Suite("The default paths")
struct DefaultPathsTests {
    @Test("follow the service manager first, then XDG, then the home directory")
    func order() {
        var variables = ["HOME": "/home/me"]
        #expect(DefaultPaths(environment: variables).stateDirectory == "/home/me/.local/state/plugin-host")
        #expect(DefaultPaths(environment: variables).socket == "/home/me/.local/state/plugin-host/plugin-host.sock")
        variables["XDG_STATE_HOME"] = "/xdg/state/"
        #expect(DefaultPaths(environment: variables).stateDirectory == "/xdg/state/plugin-host")
        variables["XDG_RUNTIME_DIR"] = "/run/user/1"
        #expect(DefaultPaths(environment: variables).socket == "/run/user/1/plugin-host.sock")
        variables["STATE_DIRECTORY"] = "/var/lib/ph:/var/lib/other"
        variables["RUNTIME_DIRECTORY"] = "/run/ph"
        #expect(DefaultPaths(environment: variables).stateDirectory == "/var/lib/ph")
        #expect(DefaultPaths(environment: variables).socket == "/run/ph/plugin-host.sock")
    }

    @Test("ignore relative and empty variables, and say nothing where nothing belongs to the user")
    func unusable() {
        let paths = DefaultPaths(environment: ["XDG_STATE_HOME": "state", "RUNTIME_DIRECTORY": ""])
        #expect(paths.stateDirectory == nil)
        #expect(paths.socket == nil)
    }

    @Test("keep images in the runtime directory, apart for each state directory")
    func images() {
        let paths = DefaultPaths(environment: ["HOME": "/h", "XDG_RUNTIME_DIR": "/run/user/1"])
        #expect(paths.imageDirectory(stateDirectory: "/h/.local/state/plugin-host") == "/run/user/1/plugin-host/images")
        let others = ["/a", "/b"].map { paths.imageDirectory(stateDirectory: $0) }
        #expect(Set(others).count == 2)
        #expect(DefaultPaths(environment: ["HOME": "/h"]).imageDirectory(stateDirectory: "/a") == nil)
    }
}
