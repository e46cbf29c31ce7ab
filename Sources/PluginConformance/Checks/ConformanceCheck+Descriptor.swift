internal import CPluginABI
internal import PluginHost
package import PluginLoading

extension ConformanceCheck {
    static let descriptor = ConformanceCheck(
        "descriptor",
        "what it says of itself is well formed, and agrees with its manifest",
        promise: "What a plugin is: the rules of each field of ph_descriptor_v1_t (plugin_abi.h; PL-4).",
        hint: "Compare the descriptor with the comments in plugin_abi.h; in Swift it is made of PluginMetadata."
    ) { (trial) throws(CheckEnd) in
        let said = try trial.descriptor()
        if let fault = DescriptorRule.fault(in: said, of: trial.image.path) { throw .violated(fault) }
        if let manifest = trial.image.manifest, let high = manifest.stateSchemaMaximum, high > 0 {
            let low = manifest.stateSchemaMinimum ?? 0
            guard low == said.stateSchemaMinimum, high == said.stateSchemaMaximum else {
                throw .violated(
                    "its manifest says that it reads the schemas \(low) to \(high), and its descriptor \(said.stateSchemaMinimum)"
                        + " to \(said.stateSchemaMaximum)"
                )
            }
        }
        return nil
    }
}

/// Judges what a factory says of its plugin.
package enum DescriptorRule {
    /// What is wrong; `nil` if nothing is.
    package static func fault(in said: FactoryDescription, of path: String) -> String? {
        do throws(PluginError) {
            try PluginDescriptor.validate(said, of: path)
        } catch {
            return error.message
        }
        if said.name.isEmpty { return "its name is empty" }
        let known = PH_FLAG_CONCURRENT | PH_FLAG_SAVES_EACH_CALL | PH_FLAG_PAUSES_WITH_DEPENDENCIES
        guard said.flags & ~known == 0 else {
            return "its flags \(said.flags) have bits that this version of the contract does not know"
        }
        for text in said.dependencies {
            guard let dependency = PluginDependency(text), PluginDescriptor.mayBeID(dependency.id) else {
                return "its dependency '\(text)' is neither id nor id@version"
            }
            if dependency.id == said.id { return "it depends on itself" }
        }
        if Set(said.dependencies.compactMap { PluginDependency($0)?.id }).count < said.dependencies.count {
            return "it names a dependency twice"
        }
        if (said.capabilities + said.permissions).contains(where: \.isEmpty) {
            return "one of its capabilities or permissions is an empty text"
        }
        return nil
    }
}
