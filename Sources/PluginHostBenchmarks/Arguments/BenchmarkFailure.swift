/// Why the program did not do what it was asked, for the user and as an exit status.
package struct BenchmarkFailure: Error, Hashable {
    /// What is told on standard error.
    package let message: String
    /// The exit status.
    package let status: Int32

    /// A measurement could not be made, or showed something that must not be.
    static func failed(_ message: String) -> BenchmarkFailure { BenchmarkFailure(message: message, status: 1) }

    /// The command line makes no sense: EX_USAGE of <sysexits.h>.
    static func usage(_ message: String) -> BenchmarkFailure { BenchmarkFailure(message: message, status: 64) }
}
