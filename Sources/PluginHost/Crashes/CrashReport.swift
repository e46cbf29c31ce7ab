public import struct FoundationEssentials.Date

/// How the process of a plugin ended that should not have ended (RS-8).
///
/// The host keeps the newest of each plugin; `plugin-host crashes` shows them.
public struct CrashReport: Hashable, Sendable, Codable {
    /// When the host learnt of it.
    public var time: Date
    /// The plugin's id, or the name of a file that had never said which plugin it is.
    public var plugin: String
    /// The file that it was loaded from.
    public var path: String?
    /// The plugin's version.
    public var version: String?
    /// The generation that was live, or that was being loaded.
    public var generation: UInt64?
    /// The SHA-256 of the file's content.
    public var build: String?
    /// Where the plugin ran.
    public var isolation: String?
    /// The process.
    public var process: Int32?
    /// How long that process had been serving the plugin.
    public var uptimeSeconds: Double?

    /// The name of the signal that ended the process, such as `SIGSEGV`.
    public var signal: String?
    /// With what the process exited by itself.
    public var exitStatus: Int32?
    /// Why the host ended the process, if it did.
    public var reason: String?
    /// The address that could not be used, in hexadecimal digits.
    public var address: String?
    /// Whether a thread had used up its stack.
    public var isStackOverflow: Bool

    /// What the plugin was doing: `execute`, or the name of a lifecycle function.
    public var step: String?
    /// The method that was being called.
    public var method: String?
    /// The id of the call.
    public var call: UInt64?
    /// The thread, as the kernel numbers them.
    public var thread: Int32?

    /// The place in the plugin's code that failed, in one line.
    public var summary: String?
    /// What the runtime said was wrong, such as `Index out of range`.
    public var message: String?
    /// The backtrace as the runtime's backtracer wrote it, line by line.
    public var backtrace: [String]
    /// What the process printed last, line by line.
    public var output: [String]

    /// Creates a report of this moment that knows the plugin and nothing else.
    ///
    /// - Parameter plugin: The plugin's id, or the name of a file.
    public init(plugin: String) {
        time = Date()
        self.plugin = plugin
        isStackOverflow = false
        backtrace = []
        output = []
    }

    /// Whether nothing is known of whose it was but the file's name.
    var isOfFile: Bool { plugin == path?.lastName }

    /// How the process ended, as the rest of a sentence that begins with it.
    public var ending: String {
        if let reason { return "was ended by the host: \(reason)" }
        if isStackOverflow { return "was ended by \(signal ?? "a signal"): its stack was used up" }
        if let signal { return "was ended by \(signal)\(message.map { ": \($0)" } ?? "")" }
        if let exitStatus { return "exited with status \(exitStatus)" }
        return "ended"
    }
}
