internal import CPluginABI
internal import Glibc

/// Reads what a factory says, and believes none of it (PL-4).
struct FactoryReader {
    private static let maximumText = 4096
    private static let maximumTexts: UInt64 = 1024

    let path: String

    func refusal(_ reason: String) -> PluginFault {
        PluginFault(
            .badDescriptor,
            "\(path): \(reason); compare it with ph_factory_v1_t and ph_descriptor_v1_t in plugin_abi.h"
        )
    }

    func read(_ factory: UnsafePointer<ph_factory_v1_t>) throws(PluginFault) -> FactoryDescription {
        // The sizes are looked at before anything that lies behind them.
        let size = unsafe UnsafeRawPointer(factory).load(as: UInt32.self)
        let major = unsafe UnsafeRawPointer(factory).load(fromByteOffset: 4, as: UInt32.self)
        guard major == PH_ABI_MAJOR else {
            throw PluginFault(
                .wrongABI,
                "\(path): it was built for version \(major) of the plugin ABI, and this host speaks \(PH_ABI_MAJOR); "
                    + "build it against the SDK of this host"
            )
        }
        guard size == ABISize.factory else {
            throw PluginFault(
                .wrongABI,
                "\(path): its factory has \(size) bytes instead of \(ABISize.factory)"
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

    private func read(_ raw: ph_descriptor_v1_t) throws(PluginFault) -> FactoryDescription {
        var description = FactoryDescription()
        description.id = try unsafe text(raw.id, "id")
        description.name = try unsafe text(raw.name, "name")
        description.version = try unsafe text(raw.version, "version")
        description.description = try unsafe text(raw.description, "description")
        description.author = try unsafe text(raw.author, "author")
        description.type = unsafe raw.type
        description.customType = try unsafe text(raw.custom_type, "custom type")
        description.priority = unsafe raw.priority
        description.dependencies = try unsafe texts(raw.dependencies, "dependencies")
        description.capabilities = try unsafe texts(raw.capabilities, "capabilities")
        description.permissions = try unsafe texts(raw.permissions, "permissions")
        description.stateSchemaMinimum = unsafe raw.state_schema_minimum
        description.stateSchemaMaximum = unsafe raw.state_schema_maximum
        description.flags = unsafe raw.flags
        return description
    }

    private func text(_ pointer: UnsafePointer<CChar>?, _ field: String) throws(PluginFault) -> String {
        guard let pointer = unsafe pointer else { return "" }
        let length = unsafe strnlen(pointer, Self.maximumText + 1)
        guard length <= Self.maximumText else { throw refusal("its \(field) is longer than \(Self.maximumText) bytes") }
        let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: length)
        guard let text = unsafe String(validating: bytes, as: UTF8.self) else {
            throw refusal("its \(field) is no UTF-8")
        }
        return text
    }

    private func texts(_ list: ph_strings_v1_t, _ field: String) throws(PluginFault) -> [String] {
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
