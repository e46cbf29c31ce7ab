/// A lifecycle function that takes nothing and answers only how it went (PL-2).
package enum LifecycleStep: UInt8, CaseIterable, Sendable {
    case load
    case start
    case pause
    case resume
    case stop
    case unload
    case refresh

    /// The function's name in `ph_instance_v1_t`.
    package var name: String {
        switch self {
        case .load: "load"
        case .start: "start"
        case .pause: "pause"
        case .resume: "resume"
        case .stop: "stop"
        case .unload: "unload"
        case .refresh: "refresh"
        }
    }
}
