internal import LinuxSystem
package import PluginHost

extension PluginHost: ManagedHost {
    /// Calls a plugin; the thread is the connection's own, and may wait.
    package func call(
        _ plugin: String,
        _ method: String,
        _ input: [UInt8],
        timeout: Duration?
    ) throws(PluginError) -> [UInt8] {
        try ComponentMethod.refuseReserved(method, of: plugin)
        let handle = Blocking.wait { () async -> Result<PluginHandle, PluginError> in
            do throws(PluginError) {
                return .success(try await self.plugin(plugin))
            } catch {
                return .failure(error)
            }
        }
        return try handle.get().call(method, input, timeout: timeout)
    }
}
