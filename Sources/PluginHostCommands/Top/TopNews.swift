internal import LinuxSystem
internal import PluginHost
internal import struct FoundationEssentials.Date

/// What a host has told, or that it tells nothing any more.
enum TopNews: Sendable {
    /// How things stand.
    case status(HostStatus, MonotonicInstant)
    /// What has happened, oldest first.
    case events([PluginEvent])
    /// What was logged by the plugin that is followed.
    case records([LogRecord], of: String)
    /// The host can't be reached.
    case lost(String, Date)
    /// How a command has ended.
    case answer(String)
}
