internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading
internal import RunnerProtocol
internal import Synchronization

/// Serves what the host asks of one plugin: its lifecycle on one lane, its calls on the others.
final class PluginServer: Sendable {
    private struct State {
        var image: MappedImage?
        var instance: ImageInstance?
        var served = 1
        /// The lanes for which there was no thread.
        var unserved: [Int] = []
    }

    private let server: ServerSide
    private let outlets: HostOutlets
    let seat: UInt32
    private let state = Mutex(State())
    private let keeping: StateKeeping

    init(_ memory: ChannelMemory, seat: UInt32, outlets: HostOutlets) {
        self.seat = seat
        server = ServerSide(memory)
        self.outlets = outlets
        keeping = StateKeeping()
    }

    /// What the plugin asks of the host's services.
    var requests: ServiceRequests { outlets.requests }

    // MARK: Threads

    /// Begins to serve the lifecycle, on a thread of its own; `false` if there may be no more threads.
    func begin(in sandbox: [UInt8]) -> Bool {
        DetachedThread.startIfPossible(name: "lifecycle") { [self] in serveLifecycle(in: sandbox) }
    }

    /// Serves the lifecycle on this thread until the channel is closed, in the sandbox that the report is of.
    func serveLifecycle(in sandbox: [UInt8]) {
        FaultReports.prepareThread()
        let note = ThreadNote()
        server.serve(lane: 0, isAwaited: true) { call, writer in
            unsafe note.set(seat: UInt64(seat), call: call.id, method: nil, step: FaultStep(call).rawValue)
            defer { note.clear() }
            return CallScope.serving(deadline: call.deadline, chain: 0) {
                serve(call, &writer, in: sandbox)
            }
        }
    }

    /// Serves calls on so many lanes from now on, that of the lifecycle included.
    func serve(lanes count: Int) {
        let new = state.withLock { state in
            defer { state.served = max(state.served, min(count, server.memory.lanes)) }
            return state.served..<max(state.served, min(count, server.memory.lanes))
        }
        for lane in new where !serve(lane) { state.withLock { $0.unserved.append(lane) } }
    }

    /// Whether there are lanes for which there was no thread: what is asked there has to be looked for.
    var lacksThreads: Bool { state.withLock { !$0.unserved.isEmpty } }

    /// Serves the lanes after all on which something is asked, or refuses that if there is still no thread.
    func lookAtUnservedLanes() {
        let lanes = state.withLock { $0.unserved }
        for lane in lanes where server.isAsked(lane: lane) {
            if serve(lane) {
                state.withLock { $0.unserved.removeAll { $0 == lane } }
            } else {
                let reason =
                    "its runner has no memory for one more thread, or may have no more (runnerLimits): so many calls at once are "
                    + "too many; raise the limit, or call it less at a time"
                server.refuse(lane: lane, reason, status: PH_BUSY)
            }
        }
    }

    /// Serves calls on a lane, on a thread of its own; `false` if there may be no more threads.
    private func serve(_ lane: Int) -> Bool {
        DetachedThread.startIfPossible(name: "call-\(lane)") { [self] in
            FaultReports.prepareThread()
            let note = ThreadNote()
            // Kept by the state: a count that every call changes would cost as much as the rest of it.
            var instance: Unmanaged<ImageInstance>?
            var complaint: [UInt8]?
            server.serve(lane: lane) { call, writer in
                if unsafe instance == nil { unsafe instance = created }
                guard let instance = unsafe instance else {
                    return writer.refuse("the plugin has no instance yet", PH_INTERNAL)
                }
                unsafe note.set(seat: UInt64(seat), call: call.id, method: call.method, step: 0)
                defer { note.clear() }
                return CallScope.serving(deadline: call.deadline, chain: call.auxiliary) {
                    unsafe instance._withUnsafeGuaranteedRef { keeping.executes(call, on: $0, &writer, &complaint) }
                }
            }
        }
    }

    /// Ends the threads, when they have answered what they serve; with them go the channel and all that is the host's in it.
    func close() {
        server.close()
    }

    /// The instance, once there is one; it stays for as long as this server does.
    private var created: Unmanaged<ImageInstance>? {
        unsafe state.withLock { unsafe $0.instance.map { unsafe .passUnretained($0) } }
    }

    // MARK: The lifecycle

    private func serve(_ call: ServedCall, _ writer: inout AnswerWriter, in sandbox: [UInt8]) -> Int32 {
        do throws(PluginFault) {
            try answer(call, &writer, in: sandbox)
            return PH_OK
        } catch {
            writer.discard()
            writer.append(error.bytes)
            return error.status ?? PH_FAILED
        }
    }

    private func answer(
        _ call: ServedCall,
        _ writer: inout AnswerWriter,
        in sandbox: [UInt8]
    ) throws(PluginFault) {
        let input = unsafe Array(call.input)
        switch RunnerOperation(rawValue: call.kind) {
        case .map: writer.append(MappedAnswer(description: try map(input).description, sandbox: sandbox).bytes)
        case .create:
            let instance = try create(input)
            var traits: InstanceTraits = instance.hasState ? .hasState : []
            if instance.declaresComponents { traits.insert(.declaresComponents) }
            if instance.isConfigurable { traits.insert(.isConfigurable) }
            writer.beginSecondPart(auxiliary: traits.rawValue)
        case .perform:
            guard let step = UInt8(exactly: call.auxiliary).flatMap(LifecycleStep.init) else {
                throw Self.nonsense("there is no lifecycle function \(call.auxiliary)")
            }
            try instance().perform(step)
        case .initialise: try instance().initialise(input)
        case .saveState:
            let state = try instance().saveState()
            writer.append(state.bytes)
            writer.beginSecondPart(auxiliary: state.schema)
        case .checkState: try instance().checkState(Self.state(call, input))
        case .restoreState: try instance().restoreState(Self.state(call, input))
        case .checkHealth:
            let health = try instance().checkHealth()
            writer.append(Array(health.details.utf8))
            writer.beginSecondPart(auxiliary: UInt32(bitPattern: health.level.rawValue))
        case .statistics: writer.append(try instance().statistics())
        case .dependencyChanged:
            guard let change = input.first.flatMap({ DependencyChange(rawValue: Int32($0)) }) else {
                throw Self.nonsense("a dependency has not changed in any way that there is")
            }
            let id = String(decoding: input.dropFirst(), as: UTF8.self)
            try instance().dependencyChanged(id, change, generation: call.auxiliary)
        case .destroy: try instance().destroy()
        case .declareComponents: writer.append(try instance().declareComponents() ?? [])
        case .configure:
            try instance().configure(input)
            outlets.settings.withLock { $0 = input }
        case .execute, nil: throw Self.nonsense("operation \(call.kind) is none of the lifecycle")
        }
    }

    private func map(_ input: [UInt8]) throws(PluginFault) -> MappedImage {
        let request = try Self.reading { () throws(FrameError) in try ImageRequest(reading: input) }
        let image = try MappedImage(request.path, of: request.source) { (path) throws(DynamicLibrary.Failure) in
            try DynamicLibrary(opening: path)
        }
        keeping.setFlags(image.description.flags)
        state.withLock { $0.image = image }
        return image
    }

    private func create(_ input: [UInt8]) throws(PluginFault) -> ImageInstance {
        let request = try Self.reading { () throws(FrameError) in try CreateRequest(reading: input) }
        let (mapped, present) = state.withLock { ($0.image, $0.instance) }
        guard let image = mapped else { throw Self.nonsense("no image is mapped") }
        guard present == nil else { throw Self.nonsense("there is an instance already") }
        let services = HostServices(
            hostID: request.hostID,
            outlets: outlets.outlets(for: request)
        )
        let instance = try ImageInstance(image, services: services)
        state.withLock { $0.instance = instance }
        return instance
    }

    private func instance() throws(PluginFault) -> ImageInstance {
        guard let instance = state.withLock({ $0.instance }) else { throw Self.nonsense("there is no instance") }
        return instance
    }

    private static func state(_ call: ServedCall, _ input: [UInt8]) -> SavedState {
        SavedState(schema: UInt32(truncatingIfNeeded: call.auxiliary), bytes: input)
    }

    private static func reading<Value>(_ body: () throws(FrameError) -> Value) throws(PluginFault) -> Value {
        do throws(FrameError) { return try body() } catch { throw nonsense("\(error)") }
    }

    /// What only a defect of the host can bring about.
    private static func nonsense(_ reason: String) -> PluginFault {
        PluginFault(.refused, "the host asked for what can't be: \(reason)", status: PH_INTERNAL)
    }
}

extension AnswerWriter {
    mutating func append(_ bytes: [UInt8]) {
        _ = unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Makes a reason the answer.
    mutating func refuse(_ reason: String, _ status: Int32) -> Int32 {
        discard()
        append(Array(reason.utf8))
        return status
    }
}
