/// How a runner was lost.
struct RunnerLoss: Hashable, Sendable {
    /// What has happened, as the end of a sentence that begins with the plugin.
    var text: String
}
