internal import CPluginABI
internal import Glibc

/// Reads what a factory says, and believes none of it (PL-4).
struct FactoryReader {
    private static let maximumText = 4096
    private static let maximumTexts: UInt64 = 1024

    let path: String

    func refusal(_ reason: String) -> PluginError {
        PluginError(
            code: .badDescriptor,
            message: "\(path): \(reason); compare it with ph_factory_v1_t and ph_descriptor_v1_t in plugin_abi.h"
        )
    }

    func read(_ factory: UnsafePointer<ph_factory_v1_t>) throws(PluginError) -> PluginDescriptor {
        // The sizes are looked at before anything that lies behind them.
        let size = unsafe UnsafeRawPointer(factory).load(as: UInt32.self)
        let major = unsafe UnsafeRawPointer(factory).load(fromByteOffset: 4, as: UInt32.self)
        guard major == PH_ABI_MAJOR else {
            throw PluginError(
                code: .wrongABI,
                message:
                    "\(path): it was built for version \(major) of the plugin ABI, and this host speaks \(PH_ABI_MAJOR); "
                    + "build it against the SDK of this host"
            )
        }
        guard size == ABISize.factory else {
            throw PluginError(
                code: .wrongABI,
                message: "\(path): its factory has \(size) bytes instead of \(ABISize.factory)"
            )
        }
        guard unsafe factory.pointee.create != nil else { throw refusal("its factory has no function create") }
        guard let descriptor = unsafe factory.pointee.descriptor else { throw refusal("its factory has no descriptor") }
        guard unsafe descriptor.pointee.struct_size == ABISize.descriptor else {
            throw refusal(
                "its descriptor has \(unsafe descriptor.pointee.struct_size) bytes instead of "
                    + "\(ABISize.descriptor)"
            )
        }
        return try unsafe read(descriptor.pointee)
    }

    private func read(_ raw: ph_descriptor_v1_t) throws(PluginError) -> PluginDescriptor {
        let id = try unsafe text(raw.id, "id")
        guard Self.isValid(id: id) else {
            throw refusal(
                "its id \"\(id.prefix(64))\" is not 1 to 128 of a-z A-Z 0-9 . _ - beginning with a letter or a digit"
            )
        }
        let version = try unsafe text(raw.version, "version")
        guard SemanticVersion(version) != nil else {
            throw refusal("its version \"\(version.prefix(64))\" is no semantic version such as 1.4.0")
        }
        guard unsafe raw.state_schema_minimum <= raw.state_schema_maximum else {
            throw refusal(
                "the range of its state schemas, \(unsafe raw.state_schema_minimum) to \(unsafe raw.state_schema_maximum), is empty"
            )
        }
        let name = try unsafe text(raw.name, "name")
        return PluginDescriptor(
            id: id,
            name: name.isEmpty ? id : name,
            version: version,
            description: try unsafe text(raw.description, "description"),
            author: try unsafe text(raw.author, "author"),
            type: try unsafe type(raw),
            priority: unsafe raw.priority,
            dependencies: try unsafe texts(raw.dependencies, "dependencies"),
            capabilities: try unsafe texts(raw.capabilities, "capabilities"),
            permissions: try unsafe texts(raw.permissions, "permissions"),
            stateSchemaMinimum: unsafe raw.state_schema_minimum,
            stateSchemaMaximum: unsafe raw.state_schema_maximum,
            isConcurrent: unsafe raw.flags & PH_FLAG_CONCURRENT != 0
        )
    }

    static func isValid(id: String) -> Bool {
        guard (1...128).contains(id.utf8.count), let first = id.utf8.first, first != UInt8(ascii: ".") else {
            return false
        }
        guard first != UInt8(ascii: "_"), first != UInt8(ascii: "-") else { return false }
        return id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    private func type(_ raw: ph_descriptor_v1_t) throws(PluginError) -> String {
        switch unsafe raw.type {
        case PH_TYPE_LLM: return "llm"
        case PH_TYPE_TOOL: return "tool"
        case PH_TYPE_STORAGE: return "storage"
        case PH_TYPE_MEMORY: return "memory"
        case PH_TYPE_VECTOR_DB: return "vector-db"
        case PH_TYPE_COMMUNICATION: return "communication"
        case PH_TYPE_MONITOR: return "monitor"
        case PH_TYPE_SKILL: return "skill"
        case PH_TYPE_CUSTOM:
            let custom = try unsafe text(raw.custom_type, "custom type")
            return custom.isEmpty ? "custom" : custom
        default: throw refusal("its type \(unsafe raw.type) does not exist")
        }
    }

    private func text(_ pointer: UnsafePointer<CChar>?, _ field: String) throws(PluginError) -> String {
        guard let pointer = unsafe pointer else { return "" }
        let length = unsafe strnlen(pointer, Self.maximumText + 1)
        guard length <= Self.maximumText else { throw refusal("its \(field) is longer than \(Self.maximumText) bytes") }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: length)
        guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
            throw refusal("its \(field) is no UTF-8")
        }
        return text
    }

    private func texts(_ list: ph_strings_v1_t, _ field: String) throws(PluginError) -> [String] {
        guard unsafe list.count <= Self.maximumTexts else {
            throw refusal("it has more than \(Self.maximumTexts) \(field)")
        }
        guard unsafe list.count > 0 else { return [] }
        guard let items = unsafe list.items else { throw refusal("the list of its \(field) is missing") }
        var result: [String] = []
        for index in unsafe 0..<Int(list.count) { result.append(try unsafe text(items[index], field)) }
        return result
    }
}
