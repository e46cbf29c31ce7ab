internal import LinuxSystem
internal import PluginLoading

extension ConformanceCheck {
    static let factory = ConformanceCheck(
        "factory",
        "it can be loaded, its factory has the layout of the contract, and signals stay the host's",
        promise:
            "Layouts are frozen for ever; the host refuses anything but sizeof(ph_factory_v1_t) (plugin_abi.h; PL-1).",
        hint:
            "What runs when a file is loaded are its constructors, and then ph_plugin_factory: no handler of a signal may be "
            + "installed there."
    ) { (trial) throws(CheckEnd) in
        let image = try trial.map()
        if !image.changedSignals.isEmpty {
            let names = image.changedSignals.map { SignalName.of($0) }.joined(separator: ", ")
            throw .violated("loading it installs handlers for \(names); signals belong to the host")
        }
        return nil
    }
}
