internal import CPluginABI

/// The optional interface through which a plugin is told that one that it depends on was replaced.
enum DependencyObserver {
    // Written once, before anybody can have the pointer, and never freed: it belongs to the image.
    nonisolated(unsafe) static let table: UnsafePointer<ph_dependency_observer_v1_t> = {
        let table = UnsafeMutablePointer<ph_dependency_observer_v1_t>.allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_dependency_observer_v1_t(
                struct_size: UInt32(MemoryLayout<ph_dependency_observer_v1_t>.size),
                reserved: 0,
                reloaded: { context, id, generation in
                    let dependency = unsafe ReloadedDependency(id: String(cString: id), generation: generation)
                    _ = unsafe Boundary.withInstance(context, reportingTo: Sink.nowhere) {
                        $0.dependencyReloaded(dependency)
                    }
                }
            )
        )
        return unsafe UnsafePointer(table)
    }()
}
