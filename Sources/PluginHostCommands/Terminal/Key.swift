/// A key of a terminal.
enum Key: Hashable, Sendable {
    case character(Character)
    case enter
    case escape
    case backspace
    case tab
    case backTab
    case up
    case down
    case left
    case right
    case pageUp
    case pageDown
    case home
    case end
    case delete
    /// A letter together with the control key.
    case control(Character)
}
