/// One thing that the contract promises, and how it is looked at.
package struct ConformanceCheck: Sendable {
    /// The name, for `--only`.
    package let name: String
    /// What is looked at, in one line.
    package let summary: String
    /// The sentence of the contract, and where it stands.
    package let promise: String
    /// What to look for when it fails.
    package let hint: String
    /// How much longer than others it may take.
    package let patience: Int
    /// Looks; the result is what else is worth knowing.
    package let run: @Sendable (Trial) async throws(CheckEnd) -> String?

    init(
        _ name: String,
        _ summary: String,
        promise: String,
        hint: String,
        patience: Int = 1,
        run: @escaping @Sendable (Trial) async throws(CheckEnd) -> String?
    ) {
        self.name = name
        self.summary = summary
        self.promise = promise
        self.hint = hint
        self.patience = patience
        self.run = run
    }
}

extension ConformanceCheck {
    /// All checks, in the order in which they are made.
    package static let all = [
        manifest, exports, factory, descriptor, hostTable,
        create, order, calls, leak, threads, pause,
        interfaces, components, settings, health,
        unknownMethods, emptyInput, largeInput, deadlines, concurrency,
        stateRoundTrip, stateShortReads, stateEmpty, stateRandom, stateTruncated, stateNewer, stateFullSink,
        refusals, reload,
    ]

    /// The check of that name.
    package static func named(_ name: String) -> ConformanceCheck? {
        all.first { $0.name == name }
    }
}
