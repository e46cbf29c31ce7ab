public import CPluginABI

/// What an exported factory function returns.
public typealias PluginFactory = UnsafePointer<ph_factory_v1_t>
