internal import CPluginABI

/// The optional interface through which a plugin says what it contributes.
enum ComponentsInterface {
    // Written once, before anybody can have the pointer, and never freed: it belongs to the image.
    nonisolated(unsafe) static let table: UnsafePointer<ph_components_v1_t> = {
        let table = UnsafeMutablePointer<ph_components_v1_t>.allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_components_v1_t(
                struct_size: UInt32(MemoryLayout<ph_components_v1_t>.size),
                reserved: 0,
                declare: { context, out, error in
                    unsafe Boundary.withBox(context, reportingTo: error) { box in
                        try unsafe Sink(out).write(try box.declareComponents())
                    }
                }
            )
        )
        return unsafe UnsafePointer(table)
    }()
}
