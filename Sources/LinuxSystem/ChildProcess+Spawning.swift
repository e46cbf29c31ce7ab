internal import CLinux
internal import Glibc

extension ChildProcess {
    /// Starts the program with its descriptors, the first of which are its standard ones.
    ///
    /// The number `exit` is a new descriptor for the end of the process, or -1 before Linux 5.3.
    static func spawn(
        _ launch: Launch,
        descriptors: [any LendableDescriptor]
    ) throws(SystemCallError) -> (processID: Int32, exit: CInt) {
        guard launch.endsWithParent else { return try spawnHere(launch, descriptors: descriptors) }
        return try SpawnThread.run { () throws(SystemCallError) in
            try spawnHere(launch, descriptors: descriptors)
        }
    }

    private static func spawnHere(
        _ launch: Launch,
        descriptors: [any LendableDescriptor]
    ) throws(SystemCallError) -> (processID: Int32, exit: CInt) {
        // All of them stay open until the child has its copies: they are held by the array.
        var numbers = descriptors.map { $0.withNumber { $0 } }
        defer { withExtendedLifetime(descriptors) {} }
        var words = unsafe ([launch.name ?? launch.executable] + launch.arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe launch.environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        let directory = unsafe launch.directory.map { unsafe strdup($0) } ?? nil
        defer {
            unsafe (words + variables).forEach { unsafe free($0) }
            unsafe free(directory)
        }
        var exit: CInt = -1
        var failure = SystemCallError(call: "clone", code: 0)
        let count = CInt(numbers.count)
        let process = unsafe launch.executable.withCString { path in
            unsafe words.withUnsafeMutableBufferPointer { words -> CInt in
                unsafe variables.withUnsafeMutableBufferPointer { variables -> CInt in
                    unsafe numbers.withUnsafeMutableBufferPointer { numbers -> CInt in
                        guard let words = words.baseAddress, let variables = variables.baseAddress,
                            let numbers = numbers.baseAddress
                        else { return -1 }
                        var plan = unsafe clinux_spawn_t(
                            path: path,
                            arguments: words,
                            environment: variables,
                            directory: directory,
                            descriptors: numbers,
                            descriptor_count: count,
                            ends_with_parent: launch.endsWithParent ? 1 : 0,
                            keeps_group: launch.keepsGroup ? 1 : 0,
                            failed_step: 0,
                            error: 0
                        )
                        let process = unsafe clinux_spawn(&plan, &exit)
                        failure = unsafe SystemCallError(call: call(of: plan.failed_step), code: plan.error)
                        return process
                    }
                }
            }
        }
        guard process > 0 else { throw failure }
        return (process, exit)
    }

    /// The call that a step is made of, for messages.
    private static func call(of step: CInt) -> String {
        switch step {
        case CLINUX_SPAWN_PARENT: "prctl"
        case CLINUX_SPAWN_GROUP: "setpgid"
        case CLINUX_SPAWN_DESCRIPTORS: "dup3"
        case CLINUX_SPAWN_DIRECTORY: "chdir"
        case CLINUX_SPAWN_PROGRAM: "execve"
        default: "clone"
        }
    }
}
