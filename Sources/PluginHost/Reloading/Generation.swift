internal import PluginLoading

/// One image together with the instance that was made from it.
struct Generation: Sendable {
    let number: UInt64
    let image: any PluginImage
    let instance: any PluginInstance
    let standing: Standing
    /// Whether it was started; one that was not has nothing to drain and no state to move.
    var isStarted: Bool
    let functions = InstanceFunctions()

    var descriptor: PluginDescriptor { image.descriptor }
}

extension Generation {
    /// Resumes an instance whose pause has come too late, if it still serves; whoever is in it is waited for.
    func goOn(in slot: PluginSlot, warn: (String) -> Void) {
        // Where another serves, or it was paused again, there is nothing to make good.
        try? unsafe slot.visit(instance.lane, until: nil) { () throws(PluginError) in
            do throws(PluginError) {
                try instance.perform(.resume)
            } catch {
                warn("\(slot.id): its pause came after it was given up, and it failed to resume: \(error.message)")
            }
        }
    }
}
