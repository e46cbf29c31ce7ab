internal import LinuxSystem
internal import Synchronization

/// Refuses an image while the process can still live without it, instead of running into the kernel's limit of mappings.
///
/// At the limit it is not the next image alone that fails: threads can't be made and memory can't be had, and the host ends.
/// Retired generations stay mapped for ever, so a host that reloads long enough comes there.
final class MappingBudget: Sendable {
    /// More than an image and its instance need.
    private static let mappingsPerImage = 32
    /// What is left for everything else: arenas, stacks of threads, what plugins map.
    private static let reserve = 4096

    private struct State {
        var latest: ProcessMappings?
        var untilCount = 0
    }

    private let state = Mutex(State())
    private let count: @Sendable () -> ProcessMappings?

    init(_ count: @escaping @Sendable () -> ProcessMappings?) {
        self.count = count
    }

    /// Throws `exhausted` if this image would come too near to the limit.
    func spend(on path: String) throws(PluginError) {
        let mappings = state.withLock { state in
            if state.untilCount == 0 {
                state.latest = count()
                let left = state.latest.map(Self.left) ?? .max
                // Counting takes a millisecond for each thousand mappings, so half of what is left goes uncounted; the other
                // half is for what others map meanwhile.
                state.untilCount = max(left / 2 / Self.mappingsPerImage, 1)
            }
            state.untilCount -= 1
            return state.latest
        }
        guard let mappings, Self.left(of: mappings) <= 0 else { return }
        throw PluginError(
            code: .exhausted,
            message:
                "\(path): the process has \(mappings.count) mappings of the \(mappings.limit) that the kernel allows, and "
                + "generations that were replaced stay mapped; restart the host, or raise vm.max_map_count"
        )
    }

    /// How many mappings images may still take.
    private static func left(of mappings: ProcessMappings) -> Int {
        // A kernel with a limit that small leaves no room for a reserve of this size.
        mappings.limit - min(reserve, mappings.limit / 4) - mappings.count
    }
}
