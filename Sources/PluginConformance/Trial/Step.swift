/// A move in the life of an instance.
enum Step: String, Hashable, Sendable {
    case load
    case initialise
    case start
    case pause
    case resume
    case stop
    case unload
    case refresh
}
