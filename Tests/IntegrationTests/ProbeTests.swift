import Foundation
import PluginHost
import TestSupport
import Testing

/// New builds are tried in a disposable runner before the host's own process loads them.
@Suite("A probe", .limited)
struct ProbeTests {
    let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private var configuration: HostConfiguration {
        workshop.isolated(.inProcess) {
            $0.probesBuilds = true
            $0.maximumAttempts = 1
            $0.lifecycleTimeout = .seconds(5)
        }
    }

    @Test("lets a good build through to the host's own process", .timeLimit(.minutes(10)))
    func passes() async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;tag=2")
            try await test.until(.reloadCompleted)
            #expect(try await test.call("increment") == "2")
            #expect(try await test.status().isolation == "in-process")
        }
    }

    @Test(
        "keeps what crashes, hangs, exits or refuses away from the host (HR-4)",
        .timeLimit(.minutes(10)),
        arguments: ["crash", "abort", "exit", "hang", "fail"],
        ["factory", "create", "load", "initialise", "check"]
    )
    func keepsAway(end: String, step: String) async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;tag=2;\(end)=\(step)")
            try await test.until(.reloadFailed)
            let failure = try #require(test.events(.reloadFailed).first?.error)
            #expect(end == "fail" && step == "factory" || failure.contains("runner"), "\(failure)")
            #expect(try await test.call("increment") == "2")
            #expect(try await test.status().generation == 1)
            #expect(try await test.status().retiredGenerations == 0)
        }
    }

    @Test("lets nothing stay of what a build emits and shares while it is tried (HR-4)", .timeLimit(.minutes(10)))
    func leavesNothing() async throws {
        let speaks = "emits=load;perms=state.shared;ask-load=ph.shared-state/1 set {\"key\":\"k\"}\nvalue"
        try workshop.install("id=a;tag=1")
        var configuration = configuration
        configuration.permissions = PermissionPolicy([.init(plugins: "*", grant: ["state.shared"])])
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
            try workshop.install("id=a;tag=2;fail=initialise;\(speaks)")
            try await test.until(.reloadFailed)
            #expect(test.host.sharedState.value(of: "k") == nil)
            try workshop.install("id=a;tag=3;\(speaks)")
            try await test.until(.reloadCompleted, count: 2)
            #expect(test.host.sharedState.value(of: "k")?.bytes == Array("value".utf8))
            #expect(test.events(.custom).map(\.generation) == [2])
        }
    }

    @Test(
        "has nobody do anything for a build while it is tried, which does not fail for that (HR-4)",
        .timeLimit(.minutes(10)),
        arguments: ["ph.plugins/1 base/increment 1", "ph.actions/1 act {}", "ph.hooks/1 stage 1"]
    )
    func asksNobody(request: String) async throws {
        try workshop.install("id=base;actions=act", as: "libbase.so")
        var configuration = configuration
        configuration.permissions = PermissionPolicy([
            .init(plugins: "*", grant: ["call:base", "actions.run", "hooks.run"])
        ])
        try await TestHost.run(configuration) { test async throws in
            let asks = "perms=call:base,actions.run,hooks.run;ask-initialise=\(request)"
            try workshop.install("id=a;tag=1;insists=1;\(asks)")
            try await test.until(generation: 1)
            #expect(test.events(.reloadFailed).isEmpty, "\(test.events(.reloadFailed))")
            if request.contains("plugins") { #expect(try await test.call("value", of: "base") == "1") }
            // What crashes has failed, whatever it was refused.
            try workshop.install("id=a;tag=2;crash=initialise;\(asks)")
            try await test.until(.reloadFailed)
            #expect(test.events(.reloadFailed).first?.error?.contains("runner") == true)
            #expect(try await test.call("tag") == "1")
        }
    }

    @Test("does not try again what has served before", .timeLimit(.minutes(10)))
    func knowsWhatServed() async throws {
        try workshop.install("id=a;tag=1")
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "1")
        }
        var configuration = configuration
        // Without this program nothing could be tried.
        configuration.runner = "/bin/false"
        try await TestHost.run(configuration) { test async throws in
            #expect(try await test.call("increment") == "2")
        }
    }

    @Test("needs the runner that was named, which is said before anything is loaded", .timeLimit(.minutes(10)))
    func noRunner() throws {
        var configuration = configuration
        configuration.runner = workshop.path("no-such-runner")
        let error = #expect(throws: PluginError.self) { try PluginHost(configuration) { _ in } }
        #expect(error?.code == .badConfiguration && error?.message.contains("no-such-runner") == true)
    }
}
