import Foundation
import PluginHost
import TestSupport
import Testing

@Suite("Torture: a failure at each step of a reload", .limited, .serialized, .timeLimit(.minutes(10)))
struct FaultTortureTests {
    /// All combinations, or two that differ in what matters most.
    static let setups: [FaultTrial.Setup] = {
        guard !Torture.isLong else { return FaultTrial.Setup.all }
        var random = Torture.generator()
        let all = FaultTrial.Setup.all.shuffled(using: &random)
        return [(true, 3), (false, 1)].compactMap { preserves, attempts in
            all.first { $0.preserves == preserves && $0.attempts == attempts }
        }
    }()

    @Test(
        "leaves the old generation, its state and the promised number of attempts (HR-4, HR-5, HR-8)",
        arguments: setups
    )
    func failsAtEachStep(setup: FaultTrial.Setup) async throws {
        var random = Torture.generator()
        let steps: [FaultTrial.Step] = FaultTrial.Step.allCases.shuffled(using: &random)
        let seed: UInt64 = Torture.seed
        guard Torture.isLong else { return try await FaultTrial(setup, seed: seed).run(steps) }
        // Images are mapped for ever: each trial of the long form has a process of its own.
        await #expect(processExitsWith: .success) {
            [setup, steps = steps as [FaultTrial.Step], seed = seed as UInt64] in
            try await FaultTrial(setup, seed: seed).run(steps)
        }
    }
}
