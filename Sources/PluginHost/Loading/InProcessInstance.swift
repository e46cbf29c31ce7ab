internal import PluginLoading

/// An instance in this process.
@safe
final class InProcessInstance: PluginInstance {
    private let instance: ImageInstance
    private nonisolated(unsafe) let lanePointer: UnsafePointer<CallLane>

    init(
        _ image: MappedImage,
        descriptor: PluginDescriptor,
        generation: UInt64,
        services: HostServices
    ) throws(PluginError) {
        instance = try Self.translated { () throws(PluginFault) in try ImageInstance(image, services: services) }
        unsafe lanePointer = CallLane.make(
            generation: generation,
            isExclusive: !descriptor.isConcurrent,
            execute: instance.execute,
            context: instance.context
        )
    }

    var lane: UnsafePointer<CallLane> { unsafe lanePointer }
    var hasState: Bool { instance.hasState }

    func perform(_ step: LifecycleStep) throws(PluginError) {
        try Self.translated { () throws(PluginFault) in try instance.perform(step) }
    }

    func initialise(_ configuration: [UInt8]) throws(PluginError) {
        try Self.translated { () throws(PluginFault) in try instance.initialise(configuration) }
    }

    func saveState() throws(PluginError) -> SavedState {
        try Self.translated { () throws(PluginFault) in try instance.saveState() }
    }

    func checkState(_ state: SavedState) throws(PluginError) {
        try Self.translated { () throws(PluginFault) in try instance.checkState(state) }
    }

    func restoreState(_ state: SavedState) throws(PluginError) {
        try Self.translated { () throws(PluginFault) in try instance.restoreState(state) }
    }

    func checkHealth() -> PluginHealth {
        instance.checkHealth()
    }

    func statistics() throws(PluginError) -> [UInt8] {
        try Self.translated { () throws(PluginFault) in try instance.statistics() }
    }

    func dependencyReloaded(_ id: String, generation: UInt64) {
        instance.dependencyReloaded(id, generation: generation)
    }

    func destroy() {
        instance.destroy()
    }

    private static func translated<Result>(
        _ body: () throws(PluginFault) -> Result
    ) throws(PluginError) -> Result {
        do throws(PluginFault) {
            return try body()
        } catch {
            throw PluginError(error)
        }
    }
}
