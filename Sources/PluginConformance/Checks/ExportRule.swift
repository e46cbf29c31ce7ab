package import LinuxSystem

/// Tells what a plugin exports of its own from what its toolchain exports without being asked.
package enum ExportRule {
    private static let factory = "ph_plugin_factory"
    /// Names that linkers make.
    private static let linkersNames: Set<String> = ["__bss_start", "_edata", "_end", "edata", "end", "_init", "_fini"]
    /// Beginnings of names that the Swift and the C++ compiler make.
    ///
    /// Nobody has them by accident, and no host could mean them.
    private static let mangled = [
        "$s", "$S", "_$s", "_T0", "__swift", "_swift", "swift_", "symbolic ", "associated conformance",
        "get_type_metadata",
        "__start_", "__stop_", "_Z", "DW.ref.",
    ]
    /// What the Rust compiler puts into each shared object.
    private static let rustNames: Set<String> = ["rust_eh_personality"]

    /// What is exported that should not be; `nil` if nothing is.
    package static func fault(in exports: [ELFExport]) -> String? {
        guard exports.contains(where: { $0.name == factory }) else { return "it does not export \(factory)" }
        let shared = exports.filter(\.isUnique).map(\.name)
        if let first = shared.first {
            return
                "\(first)\(others(shared)) exist once in a process (STB_GNU_UNIQUE), so that two generations of the plugin "
                + "share them; compile with -fno-gnu-unique"
        }
        let own = exports.map(\.name).filter { !isToolchains($0) && $0 != factory }
        guard let first = own.first else { return nil }
        return "it exports \(first)\(others(own)) beside \(factory)"
    }

    private static func others(_ names: [String]) -> String {
        switch names.count {
        case 1: ""
        case 2...4: ", " + names.dropFirst().joined(separator: ", ")
        default: ", " + names[1...3].joined(separator: ", ") + " and \(names.count - 4) more"
        }
    }

    private static func isToolchains(_ name: String) -> Bool {
        linkersNames.contains(name) || rustNames.contains(name) || mangled.contains { name.hasPrefix($0) }
    }
}
