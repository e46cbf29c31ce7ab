internal import CPluginABI

/// The sizes that the frozen structs of the ABI must have.
package enum ABISize {
    package static let host = unsafe UInt32(MemoryLayout<ph_host_v1_t>.size)
    package static let call = unsafe UInt32(MemoryLayout<ph_call_v1_t>.size)
    package static let factory = unsafe UInt32(MemoryLayout<ph_factory_v1_t>.size)
    package static let descriptor = unsafe UInt32(MemoryLayout<ph_descriptor_v1_t>.size)
    package static let instance = unsafe UInt32(MemoryLayout<ph_instance_v1_t>.size)
    package static let service = unsafe UInt32(MemoryLayout<ph_service_v1_t>.size)
    package static let components = UInt32(MemoryLayout<ph_components_v1_t>.size)
    package static let configurable = UInt32(MemoryLayout<ph_configurable_v1_t>.size)
    package static let dependencyObserver = UInt32(MemoryLayout<ph_dependency_observer_v1_t>.size)
}
