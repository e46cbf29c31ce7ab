/// The steps of the reload transaction, in the order of HR-4.
enum ReloadPhase: String, Sendable {
    case create
    case load
    case initialise
    case declare
    case dryRun = "dry-run"
    case waitForIdle = "wait-for-idle"
    case drain
    case pause
    case save
    case restore
    case start
    case healthCheck = "health-check"
    case release
    /// What follows a failure; it is never reported as a step.
    case undo
}
