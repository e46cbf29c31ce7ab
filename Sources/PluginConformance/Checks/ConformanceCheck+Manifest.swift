internal import PluginHost

extension ConformanceCheck {
    static let manifest = ConformanceCheck(
        "manifest",
        "the file is a plugin for this machine, and its manifest can be read",
        promise: "A plugin is one shared object that exports ph_plugin_factory (plugin_abi.h; PL-1).",
        hint: "'plugin-host inspect FILE' tells what the file is, without running any of its code."
    ) { (trial) throws(CheckEnd) in
        guard let manifest = trial.image.manifest else {
            return "it has no manifest, so a host can't see what it is before its code runs; see PH_MANIFEST"
        }
        if let major = manifest.abiMajor, major != ABIVersion.major {
            throw .violated(
                "its manifest names version \(major) of the contract, and this host speaks \(ABIVersion.major)"
            )
        }
        if let low = manifest.stateSchemaMinimum, let high = manifest.stateSchemaMaximum, low > high {
            throw .violated("the schemas of its state in the manifest, \(low) to \(high), are no range")
        }
        return nil
    }
}
