internal import PluginLoading

/// An instance in this process.
@safe
final class InProcessInstance: PluginInstance {
    private let instance: ImageInstance
    private let generation: UInt64
    /// The plugin's place in the record of a supervised host.
    private let place: UInt16
    private nonisolated(unsafe) let lanePointer: UnsafePointer<CallLane>

    init(
        _ image: MappedImage,
        descriptor: PluginDescriptor,
        generation: UInt64,
        place: UInt16,
        services: HostServices
    ) throws(PluginError) {
        self.generation = generation
        self.place = place
        do throws(PluginFault) {
            instance = try CrashMarks.step("create", of: generation, in: place) { () throws(PluginFault) in
                try ImageInstance(image, services: services)
            }
        } catch {
            throw PluginError(error)
        }
        unsafe lanePointer = CallLane.make(
            generation: generation,
            isExclusive: !descriptor.isConcurrent,
            place: place,
            execute: instance.execute,
            context: instance.context
        )
    }

    var lane: UnsafePointer<CallLane> { unsafe lanePointer }
    var hasState: Bool { instance.hasState }
    var declaresComponents: Bool { instance.declaresComponents }
    var isConfigurable: Bool { instance.isConfigurable }

    func perform(_ step: LifecycleStep) throws(PluginError) {
        try doing(step.mark) { () throws(PluginFault) in try instance.perform(step) }
    }

    func initialise(_ configuration: [UInt8]) throws(PluginError) {
        try doing("initialise") { () throws(PluginFault) in try instance.initialise(configuration) }
    }

    func declareComponents() throws(PluginError) -> [UInt8]? {
        try doing("declare") { () throws(PluginFault) in try instance.declareComponents() }
    }

    func configure(_ configuration: [UInt8]) throws(PluginError) {
        try doing("configure") { () throws(PluginFault) in try instance.configure(configuration) }
    }

    func saveState() throws(PluginError) -> SavedState {
        try doing("save_state") { () throws(PluginFault) in try instance.saveState() }
    }

    func checkState(_ state: SavedState) throws(PluginError) {
        try doing("check_state") { () throws(PluginFault) in try instance.checkState(state) }
    }

    func restoreState(_ state: SavedState) throws(PluginError) {
        try doing("restore_state") { () throws(PluginFault) in try instance.restoreState(state) }
    }

    func checkHealth() -> PluginHealth {
        marked("check_health") { instance.checkHealth() }
    }

    func statistics() throws(PluginError) -> [UInt8] {
        try doing("statistics") { () throws(PluginFault) in try instance.statistics() }
    }

    func dependencyChanged(_ id: String, _ change: DependencyChange, generation: UInt64) {
        marked("dependency_changed") { instance.dependencyChanged(id, change, generation: generation) }
    }

    func destroy() {
        marked("destroy") { instance.destroy() }
    }

    /// Runs a step, and notes it for the case that it is the last.
    private func marked<Success, Failure: Error>(
        _ name: StaticString,
        _ body: () throws(Failure) -> Success
    ) throws(Failure) -> Success {
        try CrashMarks.step(name, of: generation, in: place, body)
    }

    private func doing<Success>(
        _ name: StaticString,
        _ body: () throws(PluginFault) -> Success
    ) throws(PluginError) -> Success {
        do throws(PluginFault) {
            return try marked(name, body)
        } catch {
            throw PluginError(error)
        }
    }
}

extension LifecycleStep {
    /// Its name for the record, which must not cost a text.
    fileprivate var mark: StaticString {
        switch self {
        case .load: "load"
        case .start: "start"
        case .pause: "pause"
        case .resume: "resume"
        case .stop: "stop"
        case .unload: "unload"
        case .refresh: "refresh"
        }
    }
}
