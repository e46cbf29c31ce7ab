internal import CPluginABI

/// An instance in this process, made by the factory of a loaded image.
@safe
final class ImageInstance: PluginInstance {
    // The table is written once, by `create`. Its functions are called as the ABI's thread classes demand: those of the
    // lifecycle by one reload, checkpoint or stop at a time, `execute` through the lane.
    private nonisolated(unsafe) let table: ph_instance_v1_t
    private nonisolated(unsafe) let lanePointer: UnsafePointer<CallLane>
    private let services: HostServices
    private let name: String
    private let generation: UInt64
    /// The plugin's place in the record of a supervised host.
    private let place: UInt16

    /// Creates the instance.
    init(
        _ image: LoadedImage,
        generation: UInt64,
        services: HostServices
    ) throws(PluginError) {
        name = "\(image.descriptor.id): \(image.source)"
        self.services = services
        self.generation = generation
        place = CrashMarks.place(of: image.descriptor.id, path: image.source)
        CrashMarks.note(image.build, at: image.base, size: image.mappedSize, as: generation, of: place)
        guard let create = unsafe image.table?.create else {
            throw PluginError(code: .badDescriptor, message: "\(name): its factory has no function create")
        }
        var table = unsafe ph_instance_v1_t()
        var complaint = AnswerBuffer()
        let host = unsafe services.makeTable()
        let status = CrashMarks.step("create", of: generation, in: place) {
            unsafe complaint.withSink { unsafe create(host, &table, $0) }
        }
        guard status == PH_OK else {
            services.close()
            throw PluginError(status: status, saying: complaint.text, by: "\(name): create failed")
        }
        guard unsafe table.struct_size == ABISize.instance,
            let execute = unsafe table.execute,
            unsafe table.destroy != nil
        else {
            services.close()
            throw PluginError(
                code: .wrongABI,
                message: "\(name): create filled in an instance of \(unsafe table.struct_size) bytes instead of "
                    + "\(ABISize.instance), or one without execute or destroy; see ph_instance_v1_t"
            )
        }
        unsafe self.table = table
        let lane = UnsafeMutablePointer<CallLane>.allocate(capacity: 1)
        unsafe lane.initialize(
            to: CallLane(
                generation: generation,
                isExclusive: !image.descriptor.isConcurrent,
                execute: execute,
                context: table.context
            )
        )
        unsafe lanePointer = UnsafePointer(lane)
    }

    var lane: UnsafePointer<CallLane> { unsafe lanePointer }
    var hasState: Bool { unsafe table.save_state != nil }

    // MARK: Lifecycle

    func load() throws(PluginError) { try unsafe invoke(table.load, "load") }
    func start() throws(PluginError) { try unsafe invoke(table.start, "start") }
    func pause() throws(PluginError) { try unsafe invoke(table.pause, "pause") }
    func resume() throws(PluginError) { try unsafe invoke(table.resume, "resume") }
    func stop() throws(PluginError) { try unsafe invoke(table.stop, "stop") }
    func unload() throws(PluginError) { try unsafe invoke(table.unload, "unload") }
    func refresh() throws(PluginError) { try unsafe invoke(table.refresh, "refresh") }

    func initialise(_ configuration: [UInt8]) throws(PluginError) {
        guard let function = unsafe table.initialise else { return }
        try unsafe settle("initialise") { error in
            unsafe configuration.withUnsafeBufferPointer { bytes in
                unsafe function(table.context, bytes.baseAddress, UInt64(bytes.count), error)
            }
        }
    }

    func destroy() {
        step("destroy") { unsafe table.destroy?(table.context) }
        services.close()
    }

    private typealias Function =
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ph_sink_v1_t>) -> ph_status_t

    private func invoke(_ function: Function?, _ step: StaticString) throws(PluginError) {
        guard let function = unsafe function else { return }
        try unsafe settle(step) { unsafe function(table.context, $0) }
    }

    /// Runs a lifecycle function; one that fails is offered to the plugin's own on_error, which may have recovered (LM-3).
    private func settle(
        _ step: StaticString,
        _ body: (UnsafePointer<ph_sink_v1_t>) -> ph_status_t
    ) throws(PluginError) {
        var complaint = AnswerBuffer()
        let status = self.step(step) { unsafe complaint.withSink(body) }
        guard status != PH_OK else { return }
        if let onError = unsafe table.on_error {
            var recovered: Int32 = 0
            let message = Array(complaint.text.utf8CString.dropLast())
            let told = self.step("on_error") {
                unsafe message.withUnsafeBufferPointer { text in
                    unsafe onError(table.context, status, text.baseAddress, UInt64(text.count), &recovered)
                }
            }
            if told == PH_OK, recovered == 1 { return }
        }
        throw PluginError(status: status, saying: complaint.text, by: "\(name): \(step) failed")
    }

    /// Notes the step of the lifecycle, for the case that it is the last.
    private func step<Success>(_ name: StaticString, _ body: () -> Success) -> Success {
        CrashMarks.step(name, of: generation, in: place, body)
    }

    // MARK: State

    func saveState() throws(PluginError) -> SavedState {
        guard let function = unsafe table.save_state else { return SavedState(schema: 0, bytes: []) }
        var bytes = AnswerBuffer()
        var complaint = AnswerBuffer()
        var schema: UInt32 = 0
        let status = step("save_state") {
            unsafe bytes.withSink { out in
                unsafe complaint.withSink { unsafe function(table.context, &schema, out, $0) }
            }
        }
        guard status == PH_OK else {
            throw PluginError(status: status, saying: complaint.text, by: "\(name): saving the state failed")
        }
        return SavedState(schema: schema, bytes: bytes.bytes)
    }

    func checkState(_ state: SavedState) throws(PluginError) {
        try unsafe read(state, by: table.check_state, "check_state")
    }

    func restoreState(_ state: SavedState) throws(PluginError) {
        try unsafe read(state, by: table.restore_state, "restore_state")
    }

    private typealias Reader =
        @convention(c) (
            UnsafeMutableRawPointer?, UInt32, UnsafePointer<ph_source_v1_t>, UnsafePointer<ph_sink_v1_t>
        ) -> ph_status_t

    private func read(_ state: SavedState, by function: Reader?, _ stepName: StaticString) throws(PluginError) {
        guard let function = unsafe function else { return }
        var complaint = AnswerBuffer()
        let status = step(stepName) {
            unsafe StateSource.withSource(state.bytes) { source in
                unsafe complaint.withSink { unsafe function(table.context, state.schema, source, $0) }
            }
        }
        guard status == PH_OK else {
            let error = PluginError(status: status, saying: complaint.text, by: name)
            throw PluginError(
                code: .stateRefused,
                message: "\(error.message) (a state of schema \(state.schema), \(state.bytes.count) bytes)",
                status: status
            )
        }
    }

    // MARK: Reports

    func checkHealth() -> PluginHealth {
        guard let function = unsafe table.check_health else { return PluginHealth(level: .healthy, details: "") }
        var details = AnswerBuffer()
        var level: Int32 = 0
        let status = step("check_health") {
            unsafe details.withSink { unsafe function(table.context, &level, $0) }
        }
        guard status == PH_OK, let level = PluginHealth.Level(rawValue: level) else {
            let why = details.text.isEmpty ? "status \(status), level \(level)" : details.text
            return PluginHealth(level: .unhealthy, details: "the health check failed: \(why)")
        }
        return PluginHealth(level: level, details: details.text)
    }

    func statistics() throws(PluginError) -> [UInt8] {
        guard let function = unsafe table.statistics else { return Array("{}".utf8) }
        var bytes = AnswerBuffer()
        let status = step("statistics") { unsafe bytes.withSink { unsafe function(table.context, $0) } }
        guard status == PH_OK else { throw PluginError(status: status, saying: "", by: "\(name): statistics failed") }
        return bytes.bytes
    }

    func dependencyReloaded(_ id: String, generation: UInt64) {
        step("dependency_reloaded") {
            guard let find = unsafe table.get_interface,
                let found = unsafe find(table.context, PH_DEPENDENCY_OBSERVER_V1)
            else { return }
            let observer = unsafe found.assumingMemoryBound(to: ph_dependency_observer_v1_t.self)
            guard unsafe observer.pointee.struct_size == ABISize.dependencyObserver else { return }
            unsafe observer.pointee.reloaded(table.context, id, generation)
        }
    }
}
