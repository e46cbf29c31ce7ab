internal import CPluginABI
internal import PluginSDK
internal import Synchronization

/// One instance, driven through the table of functions that it has given the host.
///
/// It judges nothing: what may follow what is for the plugin under test to say.
@safe
final class InstanceDriver: Sendable {
    private typealias Function =
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ph_sink_v1_t>) -> ph_status_t

    // Written once, by `create`; its functions are called in the turns of the plugin under test.
    private nonisolated(unsafe) let table: ph_instance_v1_t
    private let seat: HostSeat
    private let isDestroyed = Atomic(false)

    /// Creates the instance, which has the seat until it is destroyed.
    init(_ factory: PluginFactory, on seat: HostSeat) throws(PluginFailure) {
        let error = ByteSink()
        var table = unsafe ph_instance_v1_t()
        guard let create = unsafe factory.pointee.create else {
            throw PluginFailure(.brokenContract, "the factory has no function create")
        }
        let status = unsafe error.lend { unsafe create(seat.table, &table, $0) }
        guard status == PH_OK else { throw Self.failure(status, error, "create") }
        unsafe self.table = table
        self.seat = seat
    }

    deinit { destroy() }

    /// Ends the instance, once.
    func destroy() {
        guard !isDestroyed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        unsafe table.destroy?(table.context)
    }

    /// The author's object; `nil` once the instance is destroyed.
    var object: AnyObject? {
        isDestroyed.load(ordering: .acquiring) ? nil : unsafe InstanceAccess.object(behind: table.context)
    }
    var hasState: Bool { unsafe table.save_state != nil }

    // MARK: Lifecycle

    func run(_ step: LifecycleStep) throws(PluginFailure) {
        guard let function = unsafe function(of: step) else { return }
        try unsafe settle(step.rawValue) { unsafe function(table.context, $0) }
    }

    private func function(of step: LifecycleStep) -> Function? {
        switch step {
        case .load: unsafe table.load
        case .start: unsafe table.start
        case .pause: unsafe table.pause
        case .resume: unsafe table.resume
        case .stop: unsafe table.stop
        case .unload: unsafe table.unload
        case .refresh: unsafe table.refresh
        }
    }

    func initialise(_ settings: [UInt8]) throws(PluginFailure) {
        try unsafe settle("initialise") { error in
            unsafe table.initialise?(table.context, settings, UInt64(settings.count), error) ?? PH_OK
        }
    }

    /// Runs a function; one that fails is offered to the plugin's own recovery.
    private func settle(
        _ name: String,
        _ body: (UnsafePointer<ph_sink_v1_t>) -> ph_status_t
    ) throws(PluginFailure) {
        let error = ByteSink()
        let status = unsafe error.lend(body)
        guard status != PH_OK else { return }
        let failure = Self.failure(status, error, name)
        guard let onError = unsafe table.on_error else { throw failure }
        var recovered: Int32 = 0
        let message = Array(failure.message.utf8CString.dropLast())
        let told = unsafe onError(table.context, status, message, UInt64(message.count), &recovered)
        guard told == PH_OK, recovered == 1 else { throw failure }
    }

    // MARK: Calls

    func call(_ method: String, _ input: [UInt8], deadline: UInt64) throws(PluginFailure) -> [UInt8] {
        let (answer, error) = (ByteSink(), ByteSink())
        var name = method
        let status = name.withUTF8 { name in
            unsafe name.withMemoryRebound(to: CChar.self) { name in
                unsafe input.withUnsafeBufferPointer { input in
                    var call = unsafe ph_call_v1_t(
                        struct_size: UInt32(MemoryLayout<ph_call_v1_t>.size),
                        reserved: 0,
                        id: 0,
                        deadline: deadline,
                        method: name.baseAddress,
                        method_size: UInt64(name.count),
                        input: input.baseAddress,
                        input_size: UInt64(input.count)
                    )
                    return unsafe answer.lend { answer in
                        unsafe error.lend { error in
                            unsafe table.execute?(table.context, &call, answer, error) ?? PH_INTERNAL
                        }
                    }
                }
            }
        }
        guard status == PH_OK else { throw Self.failure(status, error, method) }
        return answer.bytes
    }

    // MARK: State

    func saveState() throws(PluginFailure) -> (schema: UInt32, bytes: [UInt8]) {
        guard let save = unsafe table.save_state else { throw PluginFailure(.unsupported, "the plugin has no state") }
        let (out, error) = (ByteSink(), ByteSink())
        var schema: UInt32 = 0
        let status = unsafe out.lend { out in unsafe error.lend { unsafe save(table.context, &schema, out, $0) } }
        guard status == PH_OK else { throw Self.failure(status, error, "saving the state") }
        return (schema, out.bytes)
    }

    func checkState(_ state: SavedState) throws(PluginFailure) {
        try unsafe read(state, "checking the state", by: table.check_state)
    }

    func restoreState(_ state: SavedState) throws(PluginFailure) {
        try unsafe read(state, "restoring the state", by: table.restore_state)
    }

    private typealias Reader =
        @convention(c) (
            UnsafeMutableRawPointer?, UInt32, UnsafePointer<ph_source_v1_t>, UnsafePointer<ph_sink_v1_t>
        ) -> ph_status_t

    private func read(_ state: SavedState, _ name: String, by function: Reader?) throws(PluginFailure) {
        guard let function = unsafe function else {
            throw PluginFailure(.unsupported, "the plugin has no state")
        }
        let error = ByteSink()
        let status = unsafe ByteSource(state.bytes).lend { source in
            unsafe error.lend { unsafe function(table.context, state.schema, source, $0) }
        }
        guard status == PH_OK else { throw Self.failure(status, error, name) }
    }

    // MARK: Reports

    func health() throws(PluginFailure) -> Health {
        var level: Int32 = 0
        let details = ByteSink()
        let status = unsafe details.lend { unsafe table.check_health?(table.context, &level, $0) ?? PH_OK }
        guard status == PH_OK else { return .unhealthy(details.text) }
        switch level {
        case PH_HEALTHY: return Health(.healthy, details.text)
        case PH_DEGRADED: return .degraded(details.text)
        case PH_UNHEALTHY: return .unhealthy(details.text)
        default: throw PluginFailure(.brokenContract, "the plugin says that its health is \(level)")
        }
    }

    func statistics() throws(PluginFailure) -> [UInt8] {
        let out = ByteSink()
        let status = unsafe out.lend { unsafe table.statistics?(table.context, $0) ?? PH_OK }
        guard status == PH_OK else { throw Self.failure(status, ByteSink(), "giving figures") }
        return out.bytes
    }

    // MARK: Optional interfaces

    /// Asks what the instance contributes; nothing if it contributes nothing.
    func declareComponents() throws(PluginFailure) -> [UInt8] {
        guard let found = unsafe table.get_interface?(table.context, PH_COMPONENTS_V1) else { return [] }
        let components = unsafe found.assumingMemoryBound(to: ph_components_v1_t.self)
        let (out, error) = (ByteSink(), ByteSink())
        let status = unsafe out.lend { out in
            unsafe error.lend { unsafe components.pointee.declare(table.context, out, $0) }
        }
        guard status == PH_OK else { throw Self.failure(status, error, "declaring components") }
        return out.bytes
    }

    func configure(_ settings: [UInt8]) throws(PluginFailure) {
        guard let found = unsafe table.get_interface?(table.context, PH_CONFIGURABLE_V1) else {
            throw PluginFailure(.unsupported, "the plugin takes no settings while it runs")
        }
        let configurable = unsafe found.assumingMemoryBound(to: ph_configurable_v1_t.self)
        let error = ByteSink()
        let status = unsafe error.lend {
            unsafe configurable.pointee.configure(table.context, settings, UInt64(settings.count), $0)
        }
        guard status == PH_OK else { throw Self.failure(status, error, "taking new settings") }
    }

    func dependencyChanged(_ id: String, _ change: Int32, generation: UInt64) {
        guard let found = unsafe table.get_interface?(table.context, PH_DEPENDENCY_OBSERVER_V1) else { return }
        let observer = unsafe found.assumingMemoryBound(to: ph_dependency_observer_v1_t.self)
        unsafe observer.pointee.changed(table.context, id, change, generation)
    }

    private static func failure(_ status: ph_status_t, _ error: ByteSink, _ what: String) -> PluginFailure {
        let message = error.bytes.isEmpty ? "\(what) failed without a word" : error.text
        return PluginFailure(PluginFailure.Code(rawValue: status), message)
    }
}
