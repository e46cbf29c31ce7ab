/// How far a generation was trusted when the host crashed.
package enum CrashStage: String, Hashable, Sendable, Codable {
    /// It was being put in place.
    case trial
    /// It served, on probation.
    case probation
    /// It had passed its probation, or there was none before it.
    case committed
}
