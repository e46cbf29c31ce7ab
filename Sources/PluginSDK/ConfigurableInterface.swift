internal import CPluginABI

/// The optional interface through which a plugin takes new settings while it runs.
enum ConfigurableInterface {
    // Written once, before anybody can have the pointer, and never freed: it belongs to the image.
    nonisolated(unsafe) static let table: UnsafePointer<ph_configurable_v1_t> = {
        let table = UnsafeMutablePointer<ph_configurable_v1_t>.allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_configurable_v1_t(
                struct_size: UInt32(MemoryLayout<ph_configurable_v1_t>.size),
                reserved: 0,
                configure: { context, bytes, size, error in
                    unsafe Boundary.withInstance(context, reportingTo: error) {
                        try $0.configure(PluginConfiguration(json: unsafe Boundary.bytes(bytes, size)))
                    }
                }
            )
        )
        return unsafe UnsafePointer(table)
    }()
}
