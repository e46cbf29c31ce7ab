internal import CPluginABI

// What the optional interfaces of an instance do.
extension ImageInstance {
    // MARK: Components

    /// Whether it may contribute components.
    package var declaresComponents: Bool { unsafe components != nil }

    /// Asks what the instance contributes: a JSON object, or `nil` if it contributes nothing (RS-9).
    package func declareComponents() throws(PluginFault) -> [UInt8]? {
        guard let components = unsafe components else { return nil }
        var bytes = AnswerBuffer()
        var complaint = AnswerBuffer()
        let status = unsafe bytes.withSink { out in
            unsafe complaint.withSink { unsafe components.pointee.declare(table.context, out, $0) }
        }
        guard status == PH_OK else {
            throw PluginFault(status: status, saying: complaint.text, by: "\(name): declaring its components failed")
        }
        guard bytes.bytes.count <= ServiceCall.limit else {
            let size = bytes.bytes.count
            throw PluginFault(.refused, "\(name): it declares components in \(size) bytes", status: PH_BAD_PAYLOAD)
        }
        return bytes.bytes
    }

    private var components: UnsafePointer<ph_components_v1_t>? {
        guard let found = unsafe interface(PH_COMPONENTS_V1) else { return nil }
        let components = unsafe found.assumingMemoryBound(to: ph_components_v1_t.self)
        return unsafe components.pointee.struct_size == ABISize.components ? components : nil
    }

    // MARK: Settings

    /// Whether it takes new settings while it runs.
    package var isConfigurable: Bool { unsafe configurable != nil }

    /// Gives the instance new settings, a JSON object; after an error it goes on with those that it had (PL-5).
    package func configure(_ configuration: [UInt8]) throws(PluginFault) {
        guard let configurable = unsafe configurable else {
            throw PluginFault(
                .refused,
                "\(name): it takes no settings while it runs; reload it",
                status: PH_UNSUPPORTED
            )
        }
        var complaint = AnswerBuffer()
        let status = unsafe complaint.withSink { error in
            unsafe configuration.withUnsafeBufferPointer { bytes in
                unsafe configurable.pointee.configure(table.context, bytes.baseAddress, UInt64(bytes.count), error)
            }
        }
        guard status == PH_OK else {
            throw PluginFault(status: status, saying: complaint.text, by: "\(name): it refuses the new settings")
        }
        services.replaceConfiguration(configuration)
    }

    private var configurable: UnsafePointer<ph_configurable_v1_t>? {
        guard let found = unsafe interface(PH_CONFIGURABLE_V1) else { return nil }
        let configurable = unsafe found.assumingMemoryBound(to: ph_configurable_v1_t.self)
        return unsafe configurable.pointee.struct_size == ABISize.configurable ? configurable : nil
    }

    // MARK: Dependencies

    /// Tells what became of a plugin that this one depends on.
    package func dependencyChanged(_ id: String, _ change: DependencyChange, generation: UInt64) {
        guard let found = unsafe interface(PH_DEPENDENCY_OBSERVER_V1) else { return }
        let observer = unsafe found.assumingMemoryBound(to: ph_dependency_observer_v1_t.self)
        guard unsafe observer.pointee.struct_size == ABISize.dependencyObserver else { return }
        unsafe observer.pointee.changed(table.context, id, change.rawValue, generation)
    }

    private func interface(_ name: String) -> UnsafeRawPointer? {
        guard let find = unsafe table.get_interface else { return nil }
        return unsafe find(table.context, name)
    }
}
