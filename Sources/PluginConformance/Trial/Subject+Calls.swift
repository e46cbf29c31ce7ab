internal import CPluginABI
internal import LinuxSystem
internal import PluginLoading

extension Subject {
    /// Calls a method, whose name may be any bytes.
    func call(_ method: [UInt8], _ input: [UInt8] = [], deadline: MonotonicInstant? = nil) -> Reply {
        guard let execute = unsafe table.execute else { return Reply(status: PH_UNSUPPORTED) }
        var answer = AnswerBuffer()
        var reply = unsafe method.withUnsafeBytes { name in
            unsafe input.withUnsafeBufferPointer { input in
                var call = unsafe ph_call_v1_t(
                    struct_size: ABISize.call,
                    reserved: 0,
                    id: 0,
                    deadline: deadline?.nanoseconds ?? 0,
                    method: name.baseAddress?.assumingMemoryBound(to: CChar.self),
                    method_size: UInt64(name.count),
                    input: input.baseAddress,
                    input_size: UInt64(input.count)
                )
                return unsafe self.reply { error in
                    unsafe answer.withSink { unsafe execute(table.context, &call, $0, error) }
                }
            }
        }
        reply.bytes = answer.bytes
        return reply
    }

    /// As above, with a name and an input that are texts.
    func call(_ method: String, _ input: String = "", deadline: MonotonicInstant? = nil) -> Reply {
        call(Array(method.utf8), Array(input.utf8), deadline: deadline)
    }

    /// Asks for the health: the reply, and the level.
    func health() -> (reply: Reply, level: Int32) {
        guard let function = unsafe table.check_health else { return (Reply(status: PH_OK), PH_HEALTHY) }
        var level: Int32 = PH_HEALTHY
        let reply = unsafe reply { unsafe function(table.context, &level, $0) }
        return (reply, level)
    }

    /// Asks for the figures; `nil` if there are none.
    func statistics() -> Reply? {
        guard let function = unsafe table.statistics else { return nil }
        var bytes = AnswerBuffer()
        let status = unsafe bytes.withSink { unsafe function(table.context, $0) }
        return Reply(status: status, bytes: bytes.bytes)
    }

    /// Asks for an optional interface.
    func interface(_ name: String) -> UnsafeRawPointer? {
        guard let find = unsafe table.get_interface else { return nil }
        return unsafe find(table.context, name)
    }
}
