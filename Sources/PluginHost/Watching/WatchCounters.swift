/// What a watcher has done since it was started.
package struct WatchCounters: Hashable, Sendable {
    /// Events that made the watcher look at a file or a directory.
    package var eventsHandled = 0
    /// Events that another one stood for.
    package var eventsCoalesced = 0
    /// How often the kernel lost events.
    package var overflows = 0
    /// How often a whole directory was scanned.
    package var rescans = 0
    /// How many files were looked up.
    package var filesLookedAt = 0
}
