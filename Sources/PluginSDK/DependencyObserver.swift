internal import CPluginABI

/// The optional interface through which a plugin is told what becomes of those that it depends on.
enum DependencyObserver {
    // Written once, before anybody can have the pointer, and never freed: it belongs to the image.
    nonisolated(unsafe) static let table: UnsafePointer<ph_dependency_observer_v1_t> = {
        let table = UnsafeMutablePointer<ph_dependency_observer_v1_t>.allocate(capacity: 1)
        unsafe table.initialize(
            to: ph_dependency_observer_v1_t(
                struct_size: UInt32(MemoryLayout<ph_dependency_observer_v1_t>.size),
                reserved: 0,
                changed: { context, id, change, generation in
                    guard let change = DependencyChange(change, generation: generation) else { return }
                    let notice = unsafe DependencyNotice(id: String(cString: id), change: change)
                    _ = unsafe Boundary.withInstance(context, reportingTo: Sink.nowhere) {
                        $0.dependencyChanged(notice)
                    }
                }
            )
        )
        return unsafe UnsafePointer(table)
    }()
}
