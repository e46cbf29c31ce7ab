/// What a test in the same process may see of an instance beside the contract.
package enum InstanceAccess {
    /// The author's object behind the context of an instance that this image's SDK has made.
    @unsafe
    package static func object(behind context: UnsafeMutableRawPointer?) -> AnyObject? {
        guard let context = unsafe context else { return nil }
        return unsafe Unmanaged<InstanceBox>.fromOpaque(context).takeUnretainedValue().operations.object
    }
}
