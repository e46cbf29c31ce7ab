internal import LinuxSystem
internal import PluginHost

extension ConformanceCheck {
    static let exports = ConformanceCheck(
        "exports",
        "it exports its factory, and nothing else of its own",
        promise: "PH_FACTORY_SYMBOL is the name of the one function that a plugin exports (plugin_abi.h; PL-1).",
        hint:
            "'nm -D --defined-only FILE' lists what is exported. In C, compile with -fvisibility=hidden and mark the factory "
            + "PH_EXPORT; of other libraries that are linked in, -Wl,--exclude-libs,ALL hides the symbols."
    ) { (trial) throws(CheckEnd) in
        let image: ELFImage
        do throws(ELFError) {
            image = try ELFImage(trial.image.bytes)
        } catch {
            throw .violated("\(error)")
        }
        if let fault = ExportRule.fault(in: image.exports) { throw .violated(fault) }
        return nil
    }
}
