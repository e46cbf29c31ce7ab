/// One record of the section `ph_manifest`: `ph_manifest_v1_t`, field by field.
///
/// The SDK puts one into each plugin. A plugin that wants a host to know the schemas of its state before any of its code
/// runs adds a second one: magic, size, ABI 1.0, two words that say nothing, and the oldest and newest schema that it
/// reads.
///
/// ```swift
/// @section("ph_manifest") @used let stateSchemas: PluginManifest = (0x314D_4850, 32, 1, 0, 0, 0, 1, 3)
/// ```
public typealias PluginManifest = (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

// Magic, size, ABI 1.1, compiler, PH_MANIFEST_SWIFT, schemas not said. Only literals can be laid out by the compiler, and
// what it calls itself can only be asked for: hence one line for each version.
#if compiler(>=6.5)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60500, 1, 0, 0)
#elseif compiler(>=6.4.2)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60402, 1, 0, 0)
#elseif compiler(>=6.4.1)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60401, 1, 0, 0)
#elseif compiler(>=6.4)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60400, 1, 0, 0)
#elseif compiler(>=6.3.3)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60303, 1, 0, 0)
#elseif compiler(>=6.3.2)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60302, 1, 0, 0)
#elseif compiler(>=6.3.1)
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60301, 1, 0, 0)
#else
@section("ph_manifest") @used private let pluginManifest: PluginManifest = (0x314D_4850, 32, 1, 1, 60300, 1, 0, 0)
#endif
