internal import PluginHost

extension ConformanceCheck {
    static let refusals = ConformanceCheck(
        "refusals",
        "a host refuses every illegal move of its life, and it goes on",
        promise: "Illegal moves are refused with an error that names both states (PL-3); legal ones go well.",
        hint:
            "The host refuses them, so that the plugin never sees one; 'plugin-host stop ID', 'resume ID' and so on make the "
            + "same moves.",
        patience: 2
    ) { (trial) async throws(CheckEnd) in
        try await TrialHost.run(trial) { (host) async throws(CheckEnd) in
            try await host.expect(.refused, [.start, .resume], in: "running")
            try await host.expect(.done, [.refresh, .pause], in: "running")
            try await host.expect(.refused, [.start, .pause, .refresh], in: "paused")
            try await host.expect(.done, [.resume, .stop], in: "paused or running")
            try await host.expect(.refused, [.stop, .pause, .resume, .refresh], in: "stopped")
            try await host.expect(.done, [.start, .pause, .stop, .start], in: "stopped, running or paused")
            try host.expectAnswer()
            return nil
        }
    }
}
