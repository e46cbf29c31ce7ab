/// One image together with the instance that was made from it.
struct Generation: Sendable {
    let number: UInt64
    let image: any PluginImage
    let instance: any PluginInstance
    let standing: Standing
    /// Whether it was started; one that was not has nothing to drain and no state to move.
    var isStarted: Bool
    /// The function that had not returned when the host stopped waiting for it.
    var hang: Hang?

    var descriptor: PluginDescriptor { image.descriptor }
}
