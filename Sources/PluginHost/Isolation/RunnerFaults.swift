internal import LinuxSystem

/// Where a runner writes down the fault that ends it, and how its host learns of it at once.
final class RunnerFaults: Sendable {
    let file: SharedFile
    let counter: EventCounter
    private let mapping: SharedMapping

    init() throws(SystemCallError) {
        file = try SharedFile(name: "plugin-faults", size: 4096)
        counter = try EventCounter()
        mapping = try file.map(count: FaultRecord.size, access: .reading)
    }

    /// What is written there, if anything is.
    func record(hasEnded: Bool) -> FaultRecord? {
        unsafe FaultRecord(at: UnsafeRawPointer(mapping.start), hasEnded: hasEnded)
    }
}
