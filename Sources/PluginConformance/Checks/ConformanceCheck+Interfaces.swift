internal import CPluginABI
internal import PluginLoading

extension ConformanceCheck {
    static let interfaces = ConformanceCheck(
        "interfaces",
        "its optional interfaces have the layout of the contract, and unknown ones are null",
        promise:
            "get_interface returns the plugin's optional interface of that name, or null; it is valid until destroy "
            + "(plugin_abi.h, get_interface).",
        hint: "Compare the name with strcmp, and return null for every name that is none of the plugin's."
    ) { (trial) throws(CheckEnd) in
        let known: [(name: String, size: UInt32)] = [
            (PH_COMPONENTS_V1, ABISize.components), (PH_CONFIGURABLE_V1, ABISize.configurable),
            (PH_DEPENDENCY_OBSERVER_V1, ABISize.dependencyObserver),
        ]
        let subject = try trial.initialised()
        subject.note("get_interface was called")
        for (name, size) in known {
            guard let found = unsafe subject.interface(name) else { continue }
            let said = unsafe found.load(as: UInt32.self)
            guard said == size else { throw .violated("its interface \(name) has \(said) bytes instead of \(size)") }
            guard unsafe subject.interface(name) == found else {
                throw .violated("its interface \(name) is at another place each time that it is asked for")
            }
        }
        let unknown = [
            "", "ph.", "ph.components/2", "ph.none-\(trial.random.next())/1", String(repeating: "x", count: 4096),
        ]
        for name in unknown where unsafe subject.interface(name) != nil {
            throw .violated("it returns an interface for the name '\(name.prefix(40))', which there is none of")
        }
        try subject.live(.unload, after: "initialise")
        subject.destroy()
        return nil
    }
}
