internal import RunnerSandbox

/// How much of the machine one runner may use; `nil` for as much as the host may.
///
/// What it starts may use as much again, each process for itself; but for those in a control group (``ControlGroupPolicy``)
/// `memory` and `processes` hold together.
/// Core dumps are always off: a crash leaves a report instead.
public struct RunnerLimits: Hashable, Sendable {
    /// Bytes of private writable memory; an allocation beyond them fails.
    public var memory: Int?
    /// Seconds of processor time over the whole life of the runner.
    public var processorSeconds: Int?
    /// Open descriptors.
    public var openFiles: Int?
    /// Processes and threads; without a control group the kernel counts all of the host's user, and none of root.
    public var processes: Int?
    /// Bytes of one file.
    public var fileSize: Int?

    /// Creates limits.
    public init(
        memory: Int? = nil,
        processorSeconds: Int? = nil,
        openFiles: Int? = 1024,
        processes: Int? = nil,
        fileSize: Int? = nil
    ) {
        self.memory = memory
        self.processorSeconds = processorSeconds
        self.openFiles = openFiles
        self.processes = processes
        self.fileSize = fileSize
    }

    /// The limits by their names in the configuration, with the least that a runner gets along with.
    static let fields: [(name: String, property: any WritableKeyPath<RunnerLimits, Int?> & Sendable, least: Int)] = [
        ("memory", \.memory, 16 << 20), ("processorSeconds", \.processorSeconds, 1), ("openFiles", \.openFiles, 16),
        ("processes", \.processes, 1), ("fileSize", \.fileSize, 0),
    ]

    var forSandbox: SandboxLimits {
        func limit(_ value: Int?) -> UInt64? { value.map { UInt64(clamping: $0) } }
        return SandboxLimits(
            memory: limit(memory),
            processorSeconds: limit(processorSeconds),
            openFiles: limit(openFiles),
            processes: limit(processes),
            fileSize: limit(fileSize)
        )
    }
}
