/// What a key asks for that the model can't do itself.
enum TopEffect: Hashable, Sendable {
    /// End.
    case quit
    /// Ask for the figures now.
    case poll
    /// Draw everything anew.
    case redraw
    /// Reload a plugin.
    case reload(String)
    /// Roll a plugin back.
    case rollBack(String)
    /// Follow the log of a plugin.
    case follow(String)
    /// Follow no log any more.
    case unfollow
}
