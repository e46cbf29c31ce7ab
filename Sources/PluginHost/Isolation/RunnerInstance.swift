internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol

/// An instance in a runner.
@safe
final class RunnerInstance: PluginInstance {
    private let seat: RunnerSeat
    private let services: HostServices
    private let name: String
    private let port: RunnerPort
    private nonisolated(unsafe) let lanePointer: UnsafePointer<CallLane>
    private let isExclusive: Bool
    let hasState: Bool
    let declaresComponents: Bool
    let isConfigurable: Bool

    init(_ image: RunnerImage, generation: UInt64, services: HostServices) throws(PluginError) {
        seat = image.seat
        self.services = services
        name = "\(image.descriptor.id): \(image.source)"
        seat.begin(generation)
        seat.runner.serve(services, of: seat)
        let request = CreateRequest(
            hostID: services.hostName,
            token: services.token,
            settings: services.configuration(),
            mayEmit: services.permits("\(Permission.emitEvents)"),
            services: services.offered,
            patience: UInt64(max(0, seat.callTimeout.wholeNanoseconds))
        )
        let answer: RunnerSeat.Answer
        do throws(PluginError) {
            answer = try seat.perform(.create, request.bytes, on: name)
        } catch {
            services.close()
            throw error
        }
        let traits = InstanceTraits(rawValue: answer.auxiliary)
        hasState = traits.contains(.hasState)
        declaresComponents = traits.contains(.declaresComponents)
        isConfigurable = traits.contains(.isConfigurable)
        isExclusive = !image.descriptor.isConcurrent
        port = RunnerPort(seat, plugin: image.descriptor.id, isExclusive: isExclusive)
        unsafe lanePointer = CallLane.make(
            generation: generation,
            isExclusive: isExclusive,
            execute: RunnerPort.execute,
            context: port.makeAddress()
        )
        unsafe port.take(lanePointer)
        // A trial is never called.
        if generation > 0 { seat.caller.expectCalls() }
    }

    var lane: UnsafePointer<CallLane> { unsafe lanePointer }

    func perform(_ step: LifecycleStep) throws(PluginError) {
        // What its caller has given up may still run there, and would see the state change under it.
        if step == .pause || step == .stop { try port.settle() }
        // Of what is gone nothing has to be ended.
        if seat.runner.isLost, step == .stop || step == .unload { return }
        _ = try seat.perform(.perform, auxiliary: UInt64(step.rawValue), on: name, called: step.name)
    }

    func initialise(_ configuration: [UInt8]) throws(PluginError) {
        _ = try seat.perform(.initialise, configuration, on: name)
    }

    func declareComponents() throws(PluginError) -> [UInt8]? {
        declaresComponents ? try seat.perform(.declareComponents, on: name).bytes : nil
    }

    func configure(_ configuration: [UInt8]) throws(PluginError) {
        if isExclusive { try port.settle() }
        _ = try seat.perform(.configure, configuration, on: name)
        services.replaceConfiguration(configuration)
    }

    func saveState() throws(PluginError) -> SavedState {
        if isExclusive { try port.settle() }
        let answer = try seat.perform(.saveState, on: name)
        return SavedState(schema: answer.auxiliary, bytes: answer.bytes)
    }

    func checkState(_ state: SavedState) throws(PluginError) {
        _ = try seat.perform(.checkState, auxiliary: UInt64(state.schema), state.bytes, on: name)
    }

    func restoreState(_ state: SavedState) throws(PluginError) {
        _ = try seat.perform(.restoreState, auxiliary: UInt64(state.schema), state.bytes, on: name)
    }

    func checkHealth() -> PluginHealth {
        // The last that is asked of it before it serves.
        defer { seat.runner.hasCome() }
        guard !isExclusive || !port.isHaunted else {
            return PluginHealth(level: .degraded, details: "a call goes on after its deadline")
        }
        do throws(PluginError) {
            let answer = try seat.perform(.checkHealth, on: name)
            guard let level = PluginHealth.Level(rawValue: Int32(bitPattern: answer.auxiliary)) else {
                return PluginHealth(level: .unhealthy, details: "the health check gave level \(answer.auxiliary)")
            }
            return PluginHealth(level: level, details: String(decoding: answer.bytes.prefix(4096), as: UTF8.self))
        } catch {
            return PluginHealth(level: .unhealthy, details: "the health check failed: \(error.message)")
        }
    }

    func statistics() throws(PluginError) -> [UInt8] {
        try seat.perform(.statistics, on: name).bytes
    }

    func dependencyChanged(_ id: String, _ change: DependencyChange, generation: UInt64) {
        let input = [UInt8(change.rawValue)] + Array(id.utf8)
        _ = try? seat.perform(.dependencyChanged, auxiliary: generation, input, on: name)
    }

    func destroy() {
        if !seat.runner.isLost { _ = try? seat.perform(.destroy, on: name) }
        services.close()
        port.close()
    }
}
