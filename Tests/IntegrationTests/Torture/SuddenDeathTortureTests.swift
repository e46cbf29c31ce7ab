import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Torture: sudden death", .limited, .serialized, .timeLimit(.minutes(20)))
struct SuddenDeathTortureTests {
    @Test("at any moment leaves a generation that was committed and a state that is intact (HR-6, HR-8)")
    func killed() async throws {
        try await ProgramBench.run { bench async throws in
            var random = Torture.generator()
            let deaths = try SuddenDeath(bench)
            for round in 0..<Torture.rounds(short: 8, long: 200) {
                do {
                    // One in six dies while it starts.
                    try await deaths.live(
                        untilReady: round == 0 || Int.random(in: 0..<6, using: &random) > 0,
                        microseconds: .random(in: 0...(round % 2 == 0 ? 60_000 : 400_000), using: &random),
                        random: &random
                    )
                } catch {
                    Issue.record("round \(round), seed \(Torture.seed): \(error)")
                    throw error
                }
            }
            if Torture.isLong { print("sudden death: \(deaths.summary), seed \(Torture.seed)") }
        }
    }
}
