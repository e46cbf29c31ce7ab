internal import Glibc

/// How hard the torture suites try, and with which random numbers.
///
/// The tests are the short form. `PLUGIN_HOST_TORTURE=long swift test --filter Torture` is the long one, and
/// `PLUGIN_HOST_SEED=N` repeats the run that failed with that seed.
package enum Torture {
    package static let isLong = variable("PLUGIN_HOST_TORTURE") == "long"

    /// The seed of this run, which each failure must name.
    package static let seed = variable("PLUGIN_HOST_SEED").flatMap { UInt64($0) } ?? .random(in: 1...999_999)

    /// How many rounds to go.
    package static func rounds(short: Int, long: Int) -> Int {
        isLong ? long : short
    }

    /// Random numbers for one test, which differ from those of the others.
    package static func generator(_ test: StaticString = #function) -> SeededGenerator {
        var seed = Torture.seed
        for byte in "\(test)".utf8 { seed = (seed ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return SeededGenerator(seed: seed)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}

/// Random numbers that a seed repeats (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
