internal import CPluginABI
internal import Synchronization

/// The factories of this image: one in a plugin, several in an author's tests.
///
/// `create` gets nothing from the host that would tell which factory it belongs to, and a C function captures nothing.
/// So each factory has a `create` of its own out of a fixed number of them.
final class FactoryRegistry: Sendable {
    typealias Maker = @Sendable (PluginContext) throws -> InstanceBox

    static let shared = FactoryRegistry()

    @safe
    private struct Entry: Sendable {
        let key: ObjectIdentifier
        // Never written after it was made, and never freed: it belongs to the image.
        nonisolated(unsafe) let factory: UnsafePointer<ph_factory_v1_t>
        let make: Maker
    }

    private let entries = Mutex<[Entry]>([])

    func factory(for key: ObjectIdentifier) -> UnsafePointer<ph_factory_v1_t>? {
        unsafe entries.withLock { $0 }.first { $0.key == key }?.factory
    }

    /// Makes the factory of a plugin, or gives the one that another thread has made meanwhile.
    func register(
        _ key: ObjectIdentifier,
        _ descriptor: UnsafePointer<ph_descriptor_v1_t>,
        _ make: @escaping Maker
    ) -> UnsafePointer<ph_factory_v1_t> {
        entries.withLock { entries in
            if !entries.contains(where: { $0.key == key }) {
                let factory = unsafe Self.makeFactory(descriptor, slot: entries.count)
                unsafe entries.append(Entry(key: key, factory: factory, make: make))
            }
        }
        guard let factory = unsafe factory(for: key) else { preconditionFailure("a factory that was made is gone") }
        return unsafe factory
    }

    private static func makeFactory(
        _ descriptor: UnsafePointer<ph_descriptor_v1_t>,
        slot: Int
    ) -> UnsafePointer<ph_factory_v1_t> {
        guard let create = unsafe creator(slot) else { preconditionFailure("one image holds at most 32 plugins") }
        let factory = UnsafeMutablePointer<ph_factory_v1_t>.allocate(capacity: 1)
        unsafe factory.initialize(to: ph_factory_v1_t())
        unsafe factory.pointee.struct_size = UInt32(MemoryLayout<ph_factory_v1_t>.size)
        unsafe factory.pointee.abi_major = UInt32(PH_ABI_MAJOR)
        unsafe factory.pointee.abi_minor = UInt32(PH_ABI_MINOR)
        unsafe factory.pointee.descriptor = descriptor
        unsafe factory.pointee.create = create
        return unsafe UnsafePointer(factory)
    }

    /// Creates an instance of the plugin in a slot.
    fileprivate static func create(
        _ slot: Int,
        _ host: UnsafePointer<ph_host_v1_t>,
        _ instance: UnsafeMutablePointer<ph_instance_v1_t>,
        _ error: UnsafePointer<ph_sink_v1_t>
    ) -> ph_status_t {
        let make = shared.entries.withLock { $0[slot].make }
        do {
            let context = try unsafe PluginContext(HostTable(checking: host))
            unsafe InstanceTable.fill(instance, with: try make(context))
            return PH_OK
        } catch let failure {
            return unsafe Boundary.report(failure, to: error)
        }
    }
}

private typealias Creator =
    @convention(c) (
        UnsafePointer<ph_host_v1_t>, UnsafeMutablePointer<ph_instance_v1_t>, UnsafePointer<ph_sink_v1_t>
    ) -> ph_status_t

private func creator(_ slot: Int) -> Creator? {
    switch slot {
    case 0: { unsafe FactoryRegistry.create(0, $0, $1, $2) }
    case 1: { unsafe FactoryRegistry.create(1, $0, $1, $2) }
    case 2: { unsafe FactoryRegistry.create(2, $0, $1, $2) }
    case 3: { unsafe FactoryRegistry.create(3, $0, $1, $2) }
    case 4: { unsafe FactoryRegistry.create(4, $0, $1, $2) }
    case 5: { unsafe FactoryRegistry.create(5, $0, $1, $2) }
    case 6: { unsafe FactoryRegistry.create(6, $0, $1, $2) }
    case 7: { unsafe FactoryRegistry.create(7, $0, $1, $2) }
    case 8: { unsafe FactoryRegistry.create(8, $0, $1, $2) }
    case 9: { unsafe FactoryRegistry.create(9, $0, $1, $2) }
    case 10: { unsafe FactoryRegistry.create(10, $0, $1, $2) }
    case 11: { unsafe FactoryRegistry.create(11, $0, $1, $2) }
    case 12: { unsafe FactoryRegistry.create(12, $0, $1, $2) }
    case 13: { unsafe FactoryRegistry.create(13, $0, $1, $2) }
    case 14: { unsafe FactoryRegistry.create(14, $0, $1, $2) }
    case 15: { unsafe FactoryRegistry.create(15, $0, $1, $2) }
    case 16: { unsafe FactoryRegistry.create(16, $0, $1, $2) }
    case 17: { unsafe FactoryRegistry.create(17, $0, $1, $2) }
    case 18: { unsafe FactoryRegistry.create(18, $0, $1, $2) }
    case 19: { unsafe FactoryRegistry.create(19, $0, $1, $2) }
    case 20: { unsafe FactoryRegistry.create(20, $0, $1, $2) }
    case 21: { unsafe FactoryRegistry.create(21, $0, $1, $2) }
    case 22: { unsafe FactoryRegistry.create(22, $0, $1, $2) }
    case 23: { unsafe FactoryRegistry.create(23, $0, $1, $2) }
    case 24: { unsafe FactoryRegistry.create(24, $0, $1, $2) }
    case 25: { unsafe FactoryRegistry.create(25, $0, $1, $2) }
    case 26: { unsafe FactoryRegistry.create(26, $0, $1, $2) }
    case 27: { unsafe FactoryRegistry.create(27, $0, $1, $2) }
    case 28: { unsafe FactoryRegistry.create(28, $0, $1, $2) }
    case 29: { unsafe FactoryRegistry.create(29, $0, $1, $2) }
    case 30: { unsafe FactoryRegistry.create(30, $0, $1, $2) }
    case 31: { unsafe FactoryRegistry.create(31, $0, $1, $2) }
    default: nil
    }
}
