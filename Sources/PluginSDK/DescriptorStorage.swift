internal import CPluginABI

/// Makes the descriptor of a plugin in memory that is never freed: the host reads it for as long as the image is mapped.
enum DescriptorStorage {
    static func make(
        _ metadata: PluginMetadata,
        isConcurrent: Bool,
        schemas: ClosedRange<UInt32>
    ) -> UnsafePointer<ph_descriptor_v1_t> {
        let (type, customType) = metadata.type.abiValue
        let descriptor = UnsafeMutablePointer<ph_descriptor_v1_t>.allocate(capacity: 1)
        unsafe descriptor.initialize(
            to: ph_descriptor_v1_t(
                struct_size: UInt32(MemoryLayout<ph_descriptor_v1_t>.size),
                flags: (isConcurrent ? PH_FLAG_CONCURRENT : 0)
                    | (metadata.savesStateAfterEachCall ? PH_FLAG_SAVES_EACH_CALL : 0)
                    | (metadata.pausesWithDependencies ? PH_FLAG_PAUSES_WITH_DEPENDENCIES : 0),
                id: text(metadata.id),
                name: text(metadata.name),
                version: text(metadata.version),
                description: text(metadata.description),
                author: text(metadata.author),
                type: type,
                priority: metadata.priority.rawValue,
                custom_type: customType.map { unsafe UnsafePointer(text($0)) },
                dependencies: texts(metadata.dependencies),
                capabilities: texts(metadata.capabilities),
                permissions: texts(metadata.permissions),
                state_schema_minimum: schemas.lowerBound,
                state_schema_maximum: schemas.upperBound
            )
        )
        return unsafe UnsafePointer(descriptor)
    }

    private static func text(_ text: String) -> UnsafePointer<CChar> {
        let characters = text.utf8CString
        let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: characters.count)
        _ = unsafe copy.initialize(fromContentsOf: characters)
        return unsafe UnsafePointer(copy.baseAddress ?? .allocate(capacity: 1))
    }

    private static func texts(_ list: [String]) -> ph_strings_v1_t {
        guard !list.isEmpty else { return unsafe ph_strings_v1_t(items: nil, count: 0) }
        let copy = UnsafeMutablePointer<UnsafePointer<CChar>>.allocate(capacity: list.count)
        for (index, item) in list.enumerated() {
            unsafe (copy + index).initialize(to: text(item))
        }
        return unsafe ph_strings_v1_t(items: copy, count: UInt64(list.count))
    }
}

extension PluginType {
    fileprivate var abiValue: (Int32, String?) {
        switch self {
        case .llm: (PH_TYPE_LLM, nil)
        case .tool: (PH_TYPE_TOOL, nil)
        case .storage: (PH_TYPE_STORAGE, nil)
        case .memory: (PH_TYPE_MEMORY, nil)
        case .vectorDatabase: (PH_TYPE_VECTOR_DB, nil)
        case .communication: (PH_TYPE_COMMUNICATION, nil)
        case .monitor: (PH_TYPE_MONITOR, nil)
        case .skill: (PH_TYPE_SKILL, nil)
        case .custom(let name): (PH_TYPE_CUSTOM, name)
        }
    }
}
