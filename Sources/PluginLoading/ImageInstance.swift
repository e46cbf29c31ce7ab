package import CPluginABI

/// An instance in this process, made by the factory of a mapped image.
@safe
package final class ImageInstance: Sendable {
    /// The function that serves calls.
    package typealias Execute =
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafePointer<ph_call_v1_t>, UnsafePointer<ph_sink_v1_t>,
            UnsafePointer<ph_sink_v1_t>
        ) -> ph_status_t

    // The table is written once, by `create`. Its functions are called as the ABI's thread classes demand: those of the
    // lifecycle by one reload, checkpoint or stop at a time, `execute` through the lane.
    nonisolated(unsafe) let table: ph_instance_v1_t
    /// Serves a call; to be given `context`, one call at a time unless the descriptor says otherwise.
    package let execute: Execute
    /// What the plugin's functions are given back.
    package nonisolated(unsafe) let context: UnsafeMutableRawPointer?
    let services: HostServices
    let name: String

    /// Creates the instance.
    package init(_ image: MappedImage, services: HostServices) throws(PluginFault) {
        name = "\(image.description.id): \(image.source)"
        self.services = services
        guard let create = unsafe image.table?.create else {
            throw PluginFault(.badDescriptor, "\(name): its factory has no function create")
        }
        var table = unsafe ph_instance_v1_t()
        var complaint = AnswerBuffer()
        let host = unsafe services.makeTable()
        let status = unsafe complaint.withSink { unsafe create(host, &table, $0) }
        guard status == PH_OK else {
            services.close()
            throw PluginFault(status: status, saying: complaint.text, by: "\(name): create failed")
        }
        guard unsafe table.struct_size == ABISize.instance,
            let execute = unsafe table.execute,
            unsafe table.destroy != nil
        else {
            services.close()
            let (size, missing) = unsafe (table.struct_size, table.execute == nil ? "execute" : "destroy")
            let what =
                size == ABISize.instance
                ? "an instance without \(missing), which has no default"
                : "a struct_size of \(size) instead of \(ABISize.instance)"
            throw PluginFault(.wrongABI, "\(name): create filled in \(what); see ph_instance_v1_t in plugin_abi.h")
        }
        unsafe self.table = table
        unsafe self.execute = execute
        unsafe context = table.context
    }

    /// Whether there is a state to save.
    package var hasState: Bool { unsafe table.save_state != nil }

    // MARK: Lifecycle

    package func perform(_ step: LifecycleStep) throws(PluginFault) {
        let function = unsafe function(of: step)
        guard let function = unsafe function else { return }
        try unsafe settle(step.name) { unsafe function(table.context, $0) }
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

    package func initialise(_ configuration: [UInt8]) throws(PluginFault) {
        guard let function = unsafe table.initialise else { return }
        try unsafe settle("initialise") { error in
            unsafe configuration.withUnsafeBufferPointer { bytes in
                unsafe function(table.context, bytes.baseAddress, UInt64(bytes.count), error)
            }
        }
    }

    package func destroy() {
        unsafe table.destroy?(table.context)
        services.close()
    }

    private typealias Function =
        @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<ph_sink_v1_t>) -> ph_status_t

    /// Runs a lifecycle function; one that fails is offered to the plugin's own on_error, which may have recovered (LM-3).
    private func settle(
        _ step: String,
        _ body: (UnsafePointer<ph_sink_v1_t>) -> ph_status_t
    ) throws(PluginFault) {
        var complaint = AnswerBuffer()
        let status = unsafe complaint.withSink(body)
        guard status != PH_OK else { return }
        if let onError = unsafe table.on_error {
            var recovered: Int32 = 0
            let message = Array(complaint.text.utf8CString.dropLast())
            let told = unsafe message.withUnsafeBufferPointer { text in
                unsafe onError(table.context, status, text.baseAddress, UInt64(text.count), &recovered)
            }
            if told == PH_OK, recovered == 1 { return }
        }
        throw PluginFault(status: status, saying: complaint.text, by: "\(name): \(step) failed")
    }

    // MARK: State

    package func saveState() throws(PluginFault) -> SavedState {
        guard let function = unsafe table.save_state else { return SavedState(schema: 0, bytes: []) }
        var bytes = AnswerBuffer()
        var complaint = AnswerBuffer()
        var schema: UInt32 = 0
        let status = unsafe bytes.withSink { out in
            unsafe complaint.withSink { unsafe function(table.context, &schema, out, $0) }
        }
        guard status == PH_OK else {
            throw PluginFault(status: status, saying: complaint.text, by: "\(name): saving the state failed")
        }
        return SavedState(schema: schema, bytes: bytes.bytes)
    }

    package func checkState(_ state: SavedState) throws(PluginFault) {
        try unsafe read(state, by: table.check_state)
    }

    package func restoreState(_ state: SavedState) throws(PluginFault) {
        try unsafe read(state, by: table.restore_state)
    }

    private typealias Reader =
        @convention(c) (
            UnsafeMutableRawPointer?, UInt32, UnsafePointer<ph_source_v1_t>, UnsafePointer<ph_sink_v1_t>
        ) -> ph_status_t

    private func read(_ state: SavedState, by function: Reader?) throws(PluginFault) {
        guard let function = unsafe function else { return }
        var complaint = AnswerBuffer()
        let status = unsafe StateSource.withSource(state.bytes) { source in
            unsafe complaint.withSink { unsafe function(table.context, state.schema, source, $0) }
        }
        guard status == PH_OK else {
            let refusal = PluginFault(status: status, saying: complaint.text, by: name)
            throw PluginFault(
                .stateRefused,
                "\(refusal.message) (a state of schema \(state.schema), \(state.bytes.count) bytes)",
                status: status
            )
        }
    }

    // MARK: Reports

    package func checkHealth() -> PluginHealth {
        guard let function = unsafe table.check_health else { return PluginHealth(level: .healthy, details: "") }
        var details = AnswerBuffer()
        var level: Int32 = 0
        let status = unsafe details.withSink { unsafe function(table.context, &level, $0) }
        guard status == PH_OK, let level = PluginHealth.Level(rawValue: level) else {
            let why = details.text.isEmpty ? "status \(status), level \(level)" : details.text
            return PluginHealth(level: .unhealthy, details: "the health check failed: \(why)")
        }
        return PluginHealth(level: level, details: details.text)
    }

    package func statistics() throws(PluginFault) -> [UInt8] {
        guard let function = unsafe table.statistics else { return Array("{}".utf8) }
        var bytes = AnswerBuffer()
        let status = unsafe bytes.withSink { unsafe function(table.context, $0) }
        guard status == PH_OK else { throw PluginFault(status: status, saying: "", by: "\(name): statistics failed") }
        return bytes.bytes
    }
}
