internal import PluginSDK

extension TestHost {
    /// Has calls of a plugin reach one that is tested as well, as long as it is there.
    public func answerCalls<Other: AnyObject>(by plugin: TestedPlugin<Other>) {
        let id = plugin.id
        answerCalls(of: id) { [weak plugin] method, input in
            guard let plugin else { throw PluginFailure(.notFound, "there is no plugin \(id) any more") }
            return try plugin.call(method, input)
        }
    }
}
