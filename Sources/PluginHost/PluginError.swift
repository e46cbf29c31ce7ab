/// An error that stopped a plugin from loading, running, answering or reloading.
public struct PluginError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for callers that branch on it.
    public let code: Code
    /// What failed, on which plugin and file, why, and what to do about it.
    public let message: String
    /// The number that the plugin itself gave, if the plugin refused; 1000 and more are its own codes.
    public let status: Int32?

    /// Creates an error.
    public init(code: Code, message: String, status: Int32? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// The message, with the code in front of it.
    public var description: String { "\(code): \(message)" }
}

extension PluginError {
    /// The kind of a failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code as it stands in events, answers and logs: words joined by hyphens.
        public let name: String
        /// Whether trying the same file again can't help (HR-5).
        package let isPermanent: Bool

        private init(_ name: String, permanent: Bool = false) {
            self.name = name
            isPermanent = permanent
        }

        /// The name of the code.
        public var description: String { name }

        /// Compares the names.
        public static func == (left: Code, right: Code) -> Bool { left.name == right.name }

        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }
}

extension PluginError.Code {
    // MARK: Calls (RS-3)

    /// The plugin could not understand the input.
    public static let badPayload = Self("bad-payload")
    /// The plugin's answer is not what the caller wants to read from it.
    public static let badAnswer = Self("bad-answer")
    /// The plugin has no such method.
    public static let methodNotFound = Self("method-not-found")
    /// The policy does not grant what was asked for.
    public static let unauthorised = Self("unauthorised")
    /// There is no such plugin, generation or file.
    public static let notFound = Self("not-found")
    /// The deadline passed.
    public static let timedOut = Self("timed-out")
    /// Too many calls are held already, or another operation is going on.
    public static let busy = Self("busy")
    /// The plugin's process ended while the call was in flight.
    public static let crashed = Self("crashed")
    /// The plugin or the host is shutting down.
    public static let shuttingDown = Self("shutting-down")
    /// A defect of the host or of the SDK.
    public static let internalError = Self("internal")
    /// The plugin does not provide this.
    public static let unsupported = Self("unsupported")
    /// The plugin refused, for a reason of its own.
    public static let failed = Self("failed")

    // MARK: Files (HR-5: none of these passes by itself)

    /// The file is no shared object, or a damaged one.
    public static let notAPlugin = Self("not-a-plugin", permanent: true)
    /// The file ends before it should: it is still being written, or was cut off.
    public static let incomplete = Self("incomplete", permanent: true)
    /// The file is for another machine.
    public static let wrongMachine = Self("wrong-machine", permanent: true)
    /// The file does not export the factory.
    public static let noFactory = Self("no-factory", permanent: true)
    /// The file was built against another version of the contract.
    public static let wrongABI = Self("wrong-abi", permanent: true)
    /// The plugin's description of itself breaks the contract.
    public static let badDescriptor = Self("bad-descriptor", permanent: true)
    /// A C struct has another layout than in an image that is already loaded.
    public static let layoutConflict = Self("layout-conflict", permanent: true)
    /// Another file provides the same plugin.
    public static let conflict = Self("conflict", permanent: true)
    /// The build was set aside after it failed (HR-5).
    public static let quarantined = Self("quarantined", permanent: true)

    /// The operator's policy does not trust the file.
    ///
    /// It is neither tried again by itself nor set aside: the same content is fine after a `chmod`, or once it is signed.
    public static let untrusted = Self("untrusted")

    // MARK: Reloading

    /// The dynamic linker could not load the file.
    public static let loadFailed = Self("load-failed")
    /// The new generation does not read the state of the old one (HR-7).
    public static let stateRefused = Self("state-refused")
    /// The plugin was unhealthy after its start.
    public static let unhealthy = Self("unhealthy")
    /// A plugin that this one needs is missing, or they need each other.
    public static let dependency = Self("dependency")
    /// The operation is not allowed in the state that the plugin is in (PL-3).
    public static let illegalTransition = Self("illegal-transition")

    /// Nothing is wrong with it, but another plugin failed that was to be reloaded together with it.
    public static let heldBack = Self("held-back")

    // MARK: The host's own

    /// An option has a value that it can't have.
    public static let badConfiguration = Self("bad-configuration")
    /// Memory, mappings or another means of the machine is used up.
    public static let exhausted = Self("exhausted")
    /// A file could not be read or written.
    public static let storage = Self("storage")
}
