import RunnerSandbox
import Testing

@Suite("The bytes of sandbox rules")
struct SandboxRulesTests {
    private static let full = SandboxRules(
        readable: ["/a", "/b c", "/ü"],
        writable: ["/w"],
        executable: [],
        connects: .only([80, 443]),
        binds: .all,
        isScoped: false,
        dropsCapabilities: false,
        limits: SandboxLimits(memory: 1, addressSpace: .max, processorSeconds: 0, coreSize: nil),
        requirement: .required
    )

    @Test("come back as the same rules", arguments: [full, SandboxRules(), .plugin(data: "/d", images: ["/i"])])
    func roundTrip(rules: SandboxRules) {
        #expect(SandboxRules(decoding: rules.encoded()) == rules)
    }

    @Test("are refused wherever they are cut off, and with anything behind them")
    func cut() {
        let bytes = Self.full.encoded()
        for count in bytes.indices { #expect(SandboxRules(decoding: Array(bytes.prefix(count))) == nil) }
        #expect(SandboxRules(decoding: bytes + [0]) == nil)
    }

    @Test("are never trapped on, whatever they are")
    func garbage() {
        var random = SystemRandomNumberGenerator()
        let bytes = Self.full.encoded()
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                changed[Int.random(in: changed.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            guard let rules = SandboxRules(decoding: changed) else { continue }
            #expect(SandboxRules(decoding: rules.encoded()) == rules)
        }
    }

    @Test("of a report come back as the same report, long texts cut")
    func reports() throws {
        var report = SandboxReport([.files: .holds, .network: .missing("needs more")], notes: ["one"])
        report[.signals] = .notAsked
        let copy = try #require(SandboxReport(decoding: report.encoded()))
        for layer in SandboxLayer.allCases { #expect(copy[layer] == report[layer]) }
        #expect(copy.notes == ["one"])

        let long = SandboxReport(
            [.files: .missing(String(repeating: "ü", count: 5000))],
            notes: Array(repeating: String(repeating: "x", count: 5000), count: 1000)
        )
        let cut = try #require(SandboxReport(decoding: long.encoded()))
        #expect(cut.notes.count == 64)
        #expect(cut.notes.allSatisfy { $0.utf8.count <= 1024 })
    }
}
