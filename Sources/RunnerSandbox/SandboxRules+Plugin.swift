extension SandboxRules {
    /// What every plugin in a process of its own gets, before anything is granted to it.
    ///
    /// It may read the system's libraries, the Swift runtime, time zones and languages, and what `/proc` tells everybody;
    /// it may run the backtracer alone; and it may do what it likes in a directory of its own. The paths are those of this
    /// process's system; the process that applies the rules has to have the same.
    ///
    /// - Parameters:
    ///   - data: The plugin's own directory.
    ///   - images: Files or directories with the images that are loaded and with the libraries that they name.
    ///   - limits: How much of the machine it may use.
    ///   - requirement: What is to happen if a layer can't hold.
    /// - Returns: The rules, for grants to be added to.
    package static func plugin(
        data: String?,
        images: [String],
        limits: SandboxLimits = SandboxLimits(),
        requirement: SandboxRequirement = .bestEffort
    ) -> SandboxRules {
        let runtime = SwiftRuntime.find()
        var rules = SandboxRules(limits: limits, requirement: requirement)
        rules.readable = SystemPlaces.libraries + SystemPlaces.data + images
        rules.writable = SystemPlaces.writableDevices
        if let runtime { rules.readable.append(runtime.libraries) }
        if let backtracer = runtime?.backtracer {
            rules.readable.append(backtracer)
            rules.executable.append(backtracer)
        }
        if let linker = SystemPlaces.dynamicLinker { rules.executable.append(linker) }
        if let data {
            rules.readable.append(data)
            rules.writable.append(data)
        }
        return rules
    }

    /// Lets the process connect to a port, or to all of them, and find out the addresses of names.
    package mutating func grantConnection(to port: UInt16?) {
        connects.add(port)
        readable += SystemPlaces.network.filter { !readable.contains($0) }
    }

    /// Lets the process listen on a port, or on all of them.
    package mutating func grantListening(on port: UInt16?) {
        binds.add(port)
    }
}
