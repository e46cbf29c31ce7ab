internal import CPluginABI

/// The functions of an instance, as the contract lays them out.
enum InstanceTable {
    /// Fills in the host's table and keeps the instance alive until `destroy`.
    static func fill(_ table: UnsafeMutablePointer<ph_instance_v1_t>, with box: InstanceBox) {
        var functions = unsafe ph_instance_v1_t()
        unsafe functions.struct_size = UInt32(MemoryLayout<ph_instance_v1_t>.size)
        unsafe addLifecycle(to: &functions)
        unsafe addReports(to: &functions)
        // Null tells the host that there is no state, and that a reload need hold nobody.
        if box.operations.hasState { unsafe addState(to: &functions) }
        unsafe functions.context = Unmanaged.passRetained(box).toOpaque()
        unsafe table.pointee = functions
    }

    private static func addLifecycle(to table: inout ph_instance_v1_t) {
        unsafe table.load = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.load() }
        }
        unsafe table.initialise = { context, bytes, size, error in
            unsafe Boundary.withInstance(context, reportingTo: error) {
                try $0.initialise(PluginConfiguration(json: unsafe Boundary.bytes(bytes, size)))
            }
        }
        unsafe table.start = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.start() }
        }
        unsafe table.pause = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.pause() }
        }
        unsafe table.resume = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.resume() }
        }
        unsafe table.stop = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.stop() }
        }
        unsafe table.unload = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.unload() }
        }
        unsafe table.refresh = { context, error in
            unsafe Boundary.withInstance(context, reportingTo: error) { try $0.refresh() }
        }
        unsafe table.execute = { context, call, answer, error in
            unsafe Boundary.withBox(context, reportingTo: error) { try unsafe Boundary.execute($0, call, answer) }
        }
        unsafe table.destroy = { context in
            guard let context = unsafe context else { return }
            let box = unsafe Unmanaged<InstanceBox>.fromOpaque(context).takeRetainedValue()
            box.context.close()
        }
    }

    private static func addState(to table: inout ph_instance_v1_t) {
        unsafe table.save_state = { context, schema, out, error in
            unsafe Boundary.withInstance(context, reportingTo: error) {
                let state = try $0.saveState()
                unsafe schema.pointee = state.schema
                try unsafe Sink(out).write(state.bytes)
            }
        }
        unsafe table.check_state = { context, schema, source, error in
            unsafe Boundary.withInstance(context, reportingTo: error) {
                try $0.checkState(SavedState(schema: schema, bytes: unsafe Source.readAll(source)))
            }
        }
        unsafe table.restore_state = { context, schema, source, error in
            unsafe Boundary.withInstance(context, reportingTo: error) {
                try $0.restoreState(SavedState(schema: schema, bytes: unsafe Source.readAll(source)))
            }
        }
    }

    private static func addReports(to table: inout ph_instance_v1_t) {
        unsafe table.check_health = { context, status, details in
            unsafe status.pointee = PH_UNHEALTHY
            return unsafe Boundary.withInstance(context, reportingTo: details) {
                let health = try $0.health()
                try unsafe Sink(details).write(health.details)
                unsafe status.pointee = health.status.abiValue
            }
        }
        unsafe table.statistics = { context, out in
            // There is no sink for errors here, so figures that can't be had are only a status.
            unsafe Boundary.withInstance(context, reportingTo: Sink.nowhere) {
                let figures = try $0.statistics()
                // JSON has no infinities; a figure that is none is null.
                let json = try JSON.encode(figures.mapValues { $0.isFinite ? $0 : nil })
                try unsafe Sink(out).write(json)
            }
        }
        unsafe table.on_error = { context, status, message, size, recovered in
            unsafe recovered.pointee = 0
            return unsafe Boundary.withInstance(context, reportingTo: Sink.nowhere) {
                let text = unsafe UnsafeRawPointer(message)?.assumingMemoryBound(to: UInt8.self)
                let failure = PluginFailure(
                    PluginFailure.Code(rawValue: status),
                    String(decoding: try unsafe Boundary.bytes(text, size), as: UTF8.self)
                )
                unsafe recovered.pointee = $0.recovers(from: failure) ? 1 : 0
            }
        }
        unsafe table.get_interface = { _, name in
            switch unsafe String(cString: name) {
            case PH_DEPENDENCY_OBSERVER_V1: return unsafe UnsafeRawPointer(DependencyObserver.table)
            case PH_CONFIGURABLE_V1: return unsafe UnsafeRawPointer(ConfigurableInterface.table)
            case PH_COMPONENTS_V1: return unsafe UnsafeRawPointer(ComponentsInterface.table)
            default: return nil
            }
        }
    }
}

extension Health.Status {
    fileprivate var abiValue: Int32 {
        switch self {
        case .healthy: PH_HEALTHY
        case .degraded: PH_DEGRADED
        case .unhealthy: PH_UNHEALTHY
        }
    }
}
