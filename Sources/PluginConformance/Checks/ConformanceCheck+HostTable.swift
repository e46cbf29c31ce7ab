internal import CPluginABI
internal import PluginLoading

extension ConformanceCheck {
    static let hostTable = ConformanceCheck(
        "host-table",
        "it refuses a host whose table has another size than the one it knows",
        promise: "ph_host_v1.struct_size: a plugin refuses anything else than sizeof(ph_host_v1_t) (plugin_abi.h).",
        hint: "create begins with: if (host->struct_size != sizeof(ph_host_v1_t)) return PH_UNSUPPORTED;"
    ) { (trial) throws(CheckEnd) in
        for size in [0, ABISize.host - 8, ABISize.host + 8, .max] {
            let reply = try trial.createWithHost(ofSize: size)
            guard !reply.isOK else {
                throw .violated("create took a table of a host that says that it has \(size) bytes")
            }
        }
        return nil
    }
}
