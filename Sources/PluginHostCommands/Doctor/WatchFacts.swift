/// The kernel's limits for watching files, and how much of them is used.
package struct WatchFacts: Hashable, Sendable {
    /// `fs.inotify.max_user_instances`; `nil` if it can't be read.
    package var instanceLimit: Int?
    /// `fs.inotify.max_user_watches`.
    package var watchLimit: Int?
    /// Instances of this user, as far as its processes can be looked into.
    package var instancesInUse = 0
    /// Watches of this user, as far as its processes can be looked into.
    package var watchesInUse = 0
    /// `vm.max_map_count`.
    package var mappingLimit: Int?
    /// Whether plugins run in the host's process, where replaced builds stay.
    package var keepsImages = false

    package init() {}
}
