extension ComponentDeclaration {
    /// Asks an instance that was initialised what it contributes.
    init(of instance: any PluginInstance, plugin: String, source: String) throws(PluginError) {
        self.init()
        guard let bytes = try instance.declareComponents(), !bytes.isEmpty else { return }
        do throws(PluginError) {
            self = try ComponentDeclaration(reading: bytes)
        } catch {
            throw PluginError(code: error.code, message: "\(plugin): \(source): \(error.message)")
        }
    }
}
