/// What is known of a managed program.
package struct ProgramFacts: Hashable, Sendable {
    package var id: String
    /// Whether it is started with the host.
    package var startsAutomatically: Bool
    /// Where it is; `nil` if it can't be started.
    package var path: String?
    /// Why it can't be started.
    package var refusal: String?
    /// What is wrong with the way to it, for whom it matters who could change it.
    package var fault: String?
    /// What puts that right.
    package var faultRemedy: String?

    package init(id: String, startsAutomatically: Bool = true) {
        self.id = id
        self.startsAutomatically = startsAutomatically
    }
}
