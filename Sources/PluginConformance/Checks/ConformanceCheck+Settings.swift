internal import CPluginABI
internal import PluginLoading

extension ConformanceCheck {
    static let settings = ConformanceCheck(
        "settings",
        "it takes new settings while it runs and while it is paused, or refuses them and goes on",
        promise:
            "configure takes over new settings; a status other than PH_OK means that the plugin goes on with those that it "
            + "had (plugin_abi.h, ph_configurable_v1; PL-5).",
        hint:
            "The settings that are given with --settings have to be taken; of what is no JSON, the plugin may say what it likes, "
            + "but it goes on."
    ) { (trial) throws(CheckEnd) in
        let subject = try trial.running()
        guard let found = unsafe subject.interface(PH_CONFIGURABLE_V1) else {
            try trial.end(subject)
            throw .skipped("it takes no settings while it runs: it has no interface \(PH_CONFIGURABLE_V1)")
        }
        let interface = unsafe found.assumingMemoryBound(to: ph_configurable_v1_t.self)
        guard unsafe interface.pointee.struct_size == ABISize.configurable else {
            throw .skipped("its interface has another layout; see the check 'interfaces'")
        }
        func configure(_ text: String) -> Reply {
            subject.note("configure was called")
            let bytes = Array(text.utf8)
            return unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe subject.reply {
                    unsafe interface.pointee.configure(
                        subject.table.context,
                        bytes.baseAddress,
                        UInt64(bytes.count),
                        $0
                    )
                }
            }
        }
        for text in [trial.options.settings, "{", "[1]", "", trial.options.settings] {
            let reply = configure(text)
            guard Reply.isKnown(reply.status) else {
                throw .violated("configure answered with the status \(reply.status), which the contract does not have")
            }
            if text == trial.options.settings, !reply.isOK {
                throw .violated("it refuses the settings that it was initialised with: \(reply.reason)")
            }
        }
        try subject.live(.pause, after: "start")
        let paused = configure(trial.options.settings)
        guard paused.isOK else { throw .violated("while paused it refuses the settings that it has: \(paused.reason)") }
        try subject.live(.resume, after: "pause")
        try trial.serve(subject)
        try trial.end(subject)
        return nil
    }
}
