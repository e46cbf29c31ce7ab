internal import CPluginABI

/// The host's functions, checked once and then callable from any thread.
@safe
struct HostTable: Sendable {
    let id: String

    // Never written after `init`, and what it points to is the host's: valid until `destroy` ends, and its functions may
    // be called from any thread (the contract's thread class `any`).
    private nonisolated(unsafe) let table: UnsafePointer<ph_host_v1_t>

    /// Checks that the table is one that this SDK knows, with nothing missing.
    @unsafe
    init(checking table: UnsafePointer<ph_host_v1_t>) throws(PluginFailure) {
        let size = unsafe table.pointee.struct_size
        guard unsafe size == UInt32(MemoryLayout<ph_host_v1_t>.size) else {
            throw PluginFailure(.unsupported, "the host's table has \(size) bytes; rebuild the plugin for this host")
        }
        // The header says that none of these is null, so the compiler would not look; the bytes might say otherwise.
        let required = unsafe [
            ("host_id", MemoryLayout.offset(of: \ph_host_v1_t.host_id)),
            ("log", MemoryLayout.offset(of: \ph_host_v1_t.log)),
            ("emit", MemoryLayout.offset(of: \ph_host_v1_t.emit)),
            ("read_configuration", MemoryLayout.offset(of: \ph_host_v1_t.read_configuration)),
            ("get_interface", MemoryLayout.offset(of: \ph_host_v1_t.get_interface)),
        ]
        for (name, offset) in required {
            guard let offset, unsafe UnsafeRawPointer(table).load(fromByteOffset: offset, as: UInt.self) != 0 else {
                throw PluginFailure(.internalError, "the host's table lacks '\(name)'")
            }
        }
        unsafe self.table = table
        self.id = unsafe String(cString: table.pointee.host_id)
    }

    func log(_ level: LogLevel, _ message: String) {
        var message = message
        message.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe table.pointee.log(
                    table.pointee.context,
                    level.rawValue,
                    text.baseAddress,
                    UInt64(text.count)
                )
            }
        }
    }

    func emit(_ type: String, _ data: [UInt8]) throws(PluginFailure) {
        var type = type
        let status = type.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                unsafe data.withUnsafeBufferPointer { data in
                    unsafe table.pointee.emit(
                        table.pointee.context,
                        text.baseAddress,
                        UInt64(text.count),
                        data.baseAddress,
                        UInt64(data.count)
                    )
                }
            }
        }
        guard status == PH_OK else {
            throw PluginFailure(PluginFailure.Code(rawValue: status), "the host did not take the event '\(type)'")
        }
    }

    func readConfiguration() throws(PluginFailure) -> [UInt8] {
        let buffer = ByteBuffer()
        let status = withExtendedLifetime(buffer) {
            var sink = unsafe ph_sink_v1_t(
                context: Unmanaged.passUnretained(buffer).toOpaque(),
                write: { unsafe ByteBuffer.append($0, $1, $2) }
            )
            return unsafe table.pointee.read_configuration(table.pointee.context, &sink)
        }
        guard status == PH_OK else {
            throw PluginFailure(PluginFailure.Code(rawValue: status), "the host did not give the configuration")
        }
        return buffer.bytes
    }

    func interface(named name: String) -> UnsafeRawPointer? {
        unsafe name.withCString { unsafe table.pointee.get_interface(table.pointee.context, $0) }
    }
}
