internal import PluginLoading

/// Ends an instance: stop, unload, destroy, each even if the one before failed.
enum GenerationEnd {
    /// Ends a generation; one that hangs in this process is left to whoever is in it.
    static func end(_ generation: Generation, warn: (String) -> Void) {
        var isRunning = generation.isStarted
        // A runner is killed for that, and what the host has of the instance is let go of.
        if generation.image.isolation == .inProcess {
            guard let left = generation.functions.leave(isRunning: isRunning) else { return }
            isRunning = left
        }
        end(generation.instance, isRunning: isRunning, warn: warn)
    }

    static func end(_ instance: any PluginInstance, isRunning: Bool, warn: (String) -> Void) {
        if isRunning { attempt(warn) { () throws(PluginError) in try instance.perform(.stop) } }
        attempt(warn) { () throws(PluginError) in try instance.perform(.unload) }
        instance.destroy()
    }

    private static func attempt(_ warn: (String) -> Void, _ body: () throws(PluginError) -> Void) {
        do throws(PluginError) {
            try body()
        } catch {
            warn(error.message)
        }
    }
}
