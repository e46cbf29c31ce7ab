internal import Glibc
package import LinuxSystem
package import RunnerSandbox

/// What a host asks of the operating system; a test puts a failing one in the place of any of them.
package struct HostCalls: Sendable {
    /// The calls that read and replace files: state, events, and the copies of images.
    package var files: FileCalls
    /// Maps a shared object.
    package var openLibrary: @Sendable (String) throws(DynamicLibrary.Failure) -> DynamicLibrary
    /// How many mappings this process has, and how many it may have; `nil` if the kernel does not say.
    package var mappings: @Sendable () -> ProcessMappings?
    /// What is asked of control groups.
    package var controlGroups: ControlGroupCalls
    /// This process, and those that belong to it: the parent that watches it.
    package var company: [Int32]

    /// The kernel's and the dynamic linker's calls.
    package static let live = HostCalls(
        files: .live,
        openLibrary: { (path) throws(DynamicLibrary.Failure) in try DynamicLibrary(opening: path) },
        mappings: { ProcessMappings.current() },
        controlGroups: .live,
        company: [getpid()]
    )
}
