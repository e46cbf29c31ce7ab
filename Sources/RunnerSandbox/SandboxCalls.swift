internal import CLinux
package import LinuxSystem

/// What takes rights from the calling thread, and limits from its process; a test puts failures in its place.
package struct SandboxCalls: Sendable {
    /// How a call fails.
    package typealias Failure = SystemCallError

    /// How many threads there are: what is taken from one stays with the others.
    package var threads: @Sendable () -> Int
    /// Makes sure that no program that is started gets rights that this process does not have.
    package var forbidPrivileges: @Sendable () throws(Failure) -> Void
    /// Gives up all capabilities.
    package var dropCapabilities: @Sendable () throws(Failure) -> Void
    /// Puts the set of Landlock rules with this descriptor in force.
    package var restrict: @Sendable (CInt) throws(Failure) -> Void
    /// Lowers both limits of a resource to a value, the hard one to a margin more.
    package var lower: @Sendable (_ resource: CInt, _ value: UInt64, _ margin: UInt64) throws(Failure) -> Void

    /// The kernel's own.
    package static let live = SandboxCalls(
        threads: { ProcessFacts.threads },
        forbidPrivileges: { () throws(SystemCallError) in
            guard clinux_forbid_new_privileges() == 0 else { throw .last("prctl") }
        },
        dropCapabilities: { () throws(SystemCallError) in
            guard clinux_drop_capabilities() == 0 else { throw .last("capset") }
        },
        restrict: { (ruleset) throws(SystemCallError) in
            guard clinux_landlock_restrict(ruleset) == 0 else { throw .last("landlock_restrict_self") }
        },
        lower: { (resource, value, margin) throws(SystemCallError) in
            guard clinux_lower_limit(resource, value, margin) == 0 else { throw .last("setrlimit") }
        }
    )

    /// Takes nothing, so that it does not matter who is there.
    package static let none = SandboxCalls(
        threads: { min(ProcessFacts.threads, 1) },
        forbidPrivileges: {},
        dropCapabilities: {},
        restrict: { _ in },
        lower: { _, _, _ in }
    )
}
