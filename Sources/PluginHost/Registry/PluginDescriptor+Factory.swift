internal import CPluginABI
package import PluginLoading

extension PluginDescriptor {
    /// Sees that what a factory says keeps to the contract (PL-4).
    package static func validate(_ said: FactoryDescription, of path: String) throws(PluginError) {
        _ = try PluginDescriptor(said, of: path)
    }

    /// Whether a text can be the id of a plugin.
    package static func mayBeID(_ text: String) -> Bool { isValid(id: text) }

    /// Makes the descriptor of a plugin from what its factory says, if that keeps to the contract (PL-4).
    init(_ said: FactoryDescription, of path: String) throws(PluginError) {
        guard Self.isValid(id: said.id) else {
            throw Self.refusal(
                path,
                "its id \"\(said.id.prefix(64))\" is not 1 to 128 of a-z A-Z 0-9 . _ - beginning with a letter or a digit"
            )
        }
        guard SemanticVersion(said.version) != nil else {
            throw Self.refusal(
                path,
                "its version \"\(said.version.prefix(64))\" is no semantic version such as 1.4.0"
            )
        }
        guard said.stateSchemaMinimum <= said.stateSchemaMaximum else {
            throw Self.refusal(
                path,
                "the range of its state schemas, \(said.stateSchemaMinimum) to \(said.stateSchemaMaximum), is empty"
            )
        }
        guard (PH_PRIORITY_LOW...PH_PRIORITY_CRITICAL).contains(said.priority) else {
            throw Self.refusal(
                path,
                "its priority is \(said.priority), and not one from \(PH_PRIORITY_LOW) to \(PH_PRIORITY_CRITICAL)"
            )
        }
        guard let type = Self.typeName(said) else { throw Self.refusal(path, "its type \(said.type) does not exist") }
        self.init(
            id: said.id,
            name: said.name.isEmpty ? said.id : said.name,
            version: said.version,
            description: said.description,
            author: said.author,
            type: type,
            priority: said.priority,
            dependencies: said.dependencies,
            capabilities: said.capabilities,
            permissions: said.permissions,
            stateSchemaMinimum: said.stateSchemaMinimum,
            stateSchemaMaximum: said.stateSchemaMaximum,
            isConcurrent: said.flags & PH_FLAG_CONCURRENT != 0,
            pausesWithDependencies: said.flags & PH_FLAG_PAUSES_WITH_DEPENDENCIES != 0
        )
    }

    /// Whether a text can be the id of a plugin.
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

    private static func typeName(_ said: FactoryDescription) -> String? {
        switch said.type {
        case PH_TYPE_LLM: "llm"
        case PH_TYPE_TOOL: "tool"
        case PH_TYPE_STORAGE: "storage"
        case PH_TYPE_MEMORY: "memory"
        case PH_TYPE_VECTOR_DB: "vector-db"
        case PH_TYPE_COMMUNICATION: "communication"
        case PH_TYPE_MONITOR: "monitor"
        case PH_TYPE_SKILL: "skill"
        case PH_TYPE_CUSTOM: said.customType.isEmpty ? "custom" : said.customType
        default: nil
        }
    }

    private static func refusal(_ path: String, _ reason: String) -> PluginError {
        PluginError(
            code: .badDescriptor,
            message: "\(path): \(reason); compare it with ph_descriptor_v1_t in plugin_abi.h"
        )
    }
}
