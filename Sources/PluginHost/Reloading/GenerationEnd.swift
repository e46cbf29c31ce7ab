internal import PluginLoading

/// Ends an instance: stop, unload, destroy, each even if the one before failed.
enum GenerationEnd {
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
