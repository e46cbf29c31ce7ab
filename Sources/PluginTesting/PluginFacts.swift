internal import CPluginABI
internal import PluginSDK

/// What a factory says of its plugin, as far as a test needs it; what no host would take is refused.
struct PluginFacts: Hashable, Sendable {
    let id: String
    let version: String
    let permissions: [String]
    let isConcurrent: Bool
    /// The schemas of the states that it reads; 0 and 0 if it declares none.
    let schemas: ClosedRange<UInt32>
    private let major: UInt64

    /// Reads the descriptor of a factory.
    init(reading factory: PluginFactory) throws(PluginFailure) {
        let factory = unsafe factory.pointee
        guard unsafe factory.struct_size == UInt32(MemoryLayout<ph_factory_v1_t>.size),
            unsafe factory.abi_major == UInt32(PH_ABI_MAJOR)
        else {
            throw Self.broken("the factory is of another ABI than \(PH_ABI_MAJOR), or has the wrong size")
        }
        guard let descriptor = unsafe factory.descriptor?.pointee,
            unsafe descriptor.struct_size == UInt32(MemoryLayout<ph_descriptor_v1_t>.size)
        else {
            throw Self.broken("the factory has no descriptor, or one of the wrong size")
        }
        id = unsafe String(cString: descriptor.id)
        version = unsafe String(cString: descriptor.version)
        isConcurrent = unsafe descriptor.flags & PH_FLAG_CONCURRENT != 0
        permissions = unsafe Self.texts(descriptor.permissions)
        let (oldest, newest) = unsafe (descriptor.state_schema_minimum, descriptor.state_schema_maximum)
        guard oldest <= newest else {
            throw Self.broken("the oldest state schema is \(oldest), and the newest is \(newest)")
        }
        schemas = oldest...newest
        guard Self.isID(id) else {
            throw Self.broken(
                "the id '\(id)' is not 1 to 128 of a-z A-Z 0-9 . _ -, beginning with a letter or a digit"
            )
        }
        guard let major = Self.major(of: version) else {
            throw Self.broken("the version '\(version)' is no semantic version such as 1.4.0")
        }
        self.major = major
    }

    /// Refuses a state that a host would not offer this plugin.
    ///
    /// A plugin that declares schemas is offered those; another one is offered states of its own major version.
    func checkOffer(of state: SavedState) throws(PluginFailure) {
        if schemas.upperBound != 0 {
            guard !schemas.contains(state.schema) else { return }
            let (low, high) = (schemas.lowerBound, schemas.upperBound)
            throw PluginFailure(
                .stateRefused,
                "\(id) \(version) reads states of schema \(low == high ? "" : "\(low) to ")\(high), and this one "
                    + "has schema \(state.schema); add a migration from \(state.schema)"
            )
        }
        guard let saved = state.version, let savedMajor = Self.major(of: saved), savedMajor != major else { return }
        throw PluginFailure(
            .stateRefused,
            "\(id) \(version) declares no state schemas, so it is offered states of its own major version only, and "
                + "this one was saved by \(saved); declare the schemas that it reads"
        )
    }

    private static func broken(_ what: String) -> PluginFailure { PluginFailure(.brokenContract, what) }

    private static func isID(_ text: String) -> Bool {
        func isAlphanumeric(_ character: Character) -> Bool {
            character.isASCII && (character.isLetter || character.isNumber)
        }
        guard (1...128).contains(text.utf8.count), let first = text.first else { return false }
        return isAlphanumeric(first) && text.allSatisfy { isAlphanumeric($0) || "._-".contains($0) }
    }

    /// The first number of a semantic version; `nil` if it is none.
    private static func major(of version: String) -> UInt64? {
        let core = version.prefix { $0 != "-" && $0 != "+" }.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = core.compactMap { part in
            part.allSatisfy(\.isNumber) && (part.count == 1 || part.first != "0") ? UInt64(part) : nil
        }
        return core.count == 3 && numbers.count == 3 ? numbers[0] : nil
    }

    private static func texts(_ list: ph_strings_v1_t) -> [String] {
        unsafe (0..<Int(clamping: list.count)).compactMap { unsafe list.items?[$0] }
            .map { unsafe String(cString: $0) }
    }
}
