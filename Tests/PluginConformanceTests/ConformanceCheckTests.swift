import PluginConformance
import Testing

@Suite("The list of checks")
struct ConformanceCheckTests {
    @Test("has names of their own, a promise with its place, and a hint")
    func complete() {
        let checks = ConformanceCheck.all
        #expect(checks.count == 29)
        #expect(Set(checks.map(\.name)).count == checks.count)
        for check in checks {
            #expect(ConformanceCheck.named(check.name)?.summary == check.summary)
            #expect(check.promise.contains("plugin_abi.h") || check.promise.contains("-"), "\(check.name)")
            #expect(!check.hint.isEmpty && !check.summary.isEmpty, "\(check.name)")
            #expect(check.name.allSatisfy { $0.isLowercase || $0 == "-" }, "\(check.name)")
        }
        #expect(ConformanceCheck.named("none") == nil)
    }

    @Test("has random numbers that a seed repeats, others for each check")
    func random() {
        func bytes(_ seed: UInt64, _ check: String) -> [UInt8] {
            var random = SeededRandom(seed: seed, check: check)
            return random.bytes(33)
        }
        #expect(bytes(7, "leak").count == 33)
        #expect(bytes(7, "leak") == bytes(7, "leak"))
        #expect(bytes(7, "leak") != bytes(8, "leak"))
        #expect(bytes(7, "leak") != bytes(7, "order"))
    }

    @Test("counts what was found")
    func counts() {
        let check = ConformanceCheck.all[0]
        let outcomes: [CheckOutcome] = [.passed, .failed, .skipped, .passed]
        let results = outcomes.map { CheckResult(check, CheckVerdict($0), seconds: 1, reproduce: "") }
        let file = FileChecks(path: "a.so", seed: 1, checks: results)
        #expect((file.passed, file.failed, file.skipped) == (2, 1, 1))
        #expect(!file.isGood)
        #expect(FileChecks(path: "a.so", seed: 1, checks: [results[0], results[2]]).isGood)
        #expect(results.map { $0.hint == nil } == [true, false, true, true])
    }
}
