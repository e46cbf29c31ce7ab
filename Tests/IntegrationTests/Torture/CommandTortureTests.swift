import PluginHost
import TestSupport
import Testing

@Suite("Torture: commands at once", .limited, .timeLimit(.minutes(10)))
struct CommandTortureTests {
    @Test(
        "leave plugins that can be started and reloaded, whatever came between (HR-4, LM-1, RS-7)",
        arguments: CommandStorm.Shape.allCases,
        [Isolation.inProcess, .process]
    )
    func storm(shape: CommandStorm.Shape, isolation: Isolation) async throws {
        try await Torture.namingSeed {
            var random = Torture.generator(part: shape.rawValue)
            let deeds =
                isolation == .inProcess
                ? Torture.rounds(short: 80, long: 3_000) : Torture.rounds(short: 24, long: 1_000)
            let storm = try CommandStorm(shape, isolation, deeds: deeds, &random)
            try await TestHost.run(storm.configuration) { test async throws in
                await storm.rage(test)
                try await storm.settle(test)
                try await storm.expectEnds(test)
            }
        }
    }

    @Test(
        "end with the host that is stopped among them, and the next one has all plugins",
        arguments: CommandStorm.Shape.allCases,
        [Isolation.inProcess, .process]
    )
    func end(shape: CommandStorm.Shape, isolation: Isolation) async throws {
        try await Torture.namingSeed {
            var random = Torture.generator(part: shape.rawValue)
            for _ in 0..<Torture.rounds(short: 1, long: 50) {
                let storm = try CommandStorm(shape, isolation, deeds: 24, &random)
                let end = Int.random(in: 0..<24, using: &random)
                try await TestHost.run(storm.configuration) { test async throws in
                    await storm.rage(test, endingAt: end)
                    try await storm.expectEnds(test)
                }
                try await TestHost.run(storm.configuration) { test async throws in
                    try await storm.settle(test)
                }
            }
        }
    }
}
